"""Where does the proxy send each name? To the site on loopback if it is one of its hosts, else nowhere.

Loaded by mitmproxy (``mitmdump -s``), which gives the option ``site_port``.
"""

from mitmproxy import ctx

from sample_hars.site import hosts


class SendToLoopback:
    """Change the address a connection goes to, never the name that was asked for."""

    def load(self, loader):
        """Declare the option that names the site's port."""
        loader.add_option("site_port", int, 0, "Port of the invented site on 127.0.0.1.")

    def server_connect(self, data):
        """Redirect a connection before it is opened, or refuse it."""
        if data.server.address[0] in hosts.ALL:
            data.server.address = ("127.0.0.1", ctx.options.site_port)
        else:
            data.server.error = "not a host of the invented site"


addons = [SendToLoopback()]
