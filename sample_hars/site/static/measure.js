// Who else is told about this page? The event stream, the advertising pixel and the identifier exchange.
"use strict";

function cookie(name) {
  return document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

function sendEvent(event) {
  const data = {
    event,
    name: document.body.dataset.view,
    ssid: cookie("ssid"),
    page_url: location.href,
    referrer: document.referrer,
    user_agent: navigator.userAgent,
    client_time: Date.now(),
  };
  const bytes = new TextEncoder().encode(JSON.stringify(data));
  fetch("https://events-data.medirendezvous.example/live", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      DeliveryStreamName: "web-tracking-events",
      Records: [{ Data: btoa(String.fromCharCode(...bytes)) }],
    }),
  });
}

function sendPixel() {
  if (!cookie("_fbp")) {
    const fbp = `fb.1.${Date.now()}.${Math.floor(Math.random() * 1e18)}`;
    document.cookie = `_fbp=${fbp}; domain=.medirendezvous.example; path=/; max-age=7776000; secure`;
  }
  new Image().src = "https://www.facebook.com/tr/?" + new URLSearchParams({
    id: "278166232544171",
    ev: "PageView",
    dl: location.href,
    rl: document.referrer,
    if: "false",
    ts: Date.now(),
    sw: screen.width,
    sh: screen.height,
    v: "2.9.199",
    fbp: cookie("_fbp") ?? "",
    rqm: "GET",
  });
}

function exchangeIdentifiers() {
  new Image().src = "https://sync.regie-alpha.example/sync?partner=data-beta";
}

sendEvent("page_view");
sendPixel();
exchangeIdentifiers();
