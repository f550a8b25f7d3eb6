"""Which names of members belong to HAR 1.2 or to a known exporter, so that they may be shown?"""

__all__ = ["DATES", "EXPORTERS", "MEMBERS"]

# HAR 1.2, http://www.softwareishard.com/blog/har-12-spec/, and the object names of this package.
HAR = """
log version creator browser pages entries comment name startedDateTime id title pageTimings onContentLoad onLoad
pageref time request response cache timings serverIPAddress connection method url httpVersion cookies headers
queryString postData headersSize bodySize status statusText content redirectURL value path domain expires httpOnly
secure mimeType params text fileName contentType size compression encoding beforeRequest afterRequest lastAccess
eTag hitCount blocked dns connect send wait receive ssl
"""

# What each exporter adds, as met in 342 files of 29 exporters (2026-11-24).
OWN = """
_initiator _initiator_line _initiator_column _initiator_type _initiator_detail _initiator_function_name _initiator_script_id
type lineNumber columnNumber stack callFrames functionName scriptId parent parentId description requestId debuggerId
_priority _initialPriority _resourceType _fromCache _transferSize _error _connectionId _webSocketMessages _eventSourceMessages
opcode data eventName eventId _fetchedViaServiceWorker _fulfilledBy _responseCacheStorageCacheName _serviceWorkerResponseSource
_serviceWorkerRouterInfo _blocked_queueing _blocked_proxy _queued _workerStart _workerReady _workerFetchStart
_workerRespondWithSettled sameSite partitionKey custom
_securityState _device _dataSize _lastModified lastFetched fetchCount
_fetchType _serverPort
_securityDetails protocol subjectName issuer validFrom validTo _frameref _monotonicTime _requestref _failureText _file _sha1
_requestId _requestTime _chunks ts bytes _was_pushed _requestWillBeSentTime _totalRequestTime _url _cpu _googleWebVitals
_visualMetrics _meta _firstPaint
_ip_addr _is_secure _type _socket _server_rtt _cdn_provider _certificates _headers _objectSize _objectSizeUncompressed
_protocol _load_ms _ttfb_start _bytesIn _bytesOut _host _full_url _responseCode _request_id _index _number
_tweasel _charlesStatus _maxAge maxAge _publicFiddlerId redirectionURL
_splash_processing_state ok _recordingName _id _order _fromType settingEncodeUrl checks variables
"""

MEMBERS = frozenset((HAR + OWN).split())

# Members that hold a date, of which the shape is shown with every digit as 9.
DATES = ("startedDateTime", "expires", "lastAccess")

# Names under log.creator.name that may be shown; any other could name a person or a firm.
EXPORTERS = frozenset((
    "Browsertime", "BrowserMob Proxy", "Charles Proxy", "Chrome HAR Capturer", "Fiddler", "Firebug", "Firefox", "HTTP Toolkit",
    "Internet Explorer Network Inspector", "MITMPROXY HARExtractor", "Optic capture command", "PhantomJS", "Playwright", "Polly.JS", "Proxyman",
    "Selenium Wire HAR dump", "Splash", "TweaselForWeb", "WebInspector", "WebKit Web Inspector", "WebPagetest", "capture-har", "chrome-har",
    "mitmproxy", "mitmproxy exporthar", "mitmproxy har_dump", "pcap2har", "playwright", "reqtrack",
))  # fmt: skip
