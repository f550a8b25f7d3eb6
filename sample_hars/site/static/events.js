// What does the site itself record of this page? Sent to its event stream whatever the banner was answered.
"use strict";

function cookie(name) {
  return document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

function sendEvent(event) {
  const data = {
    event,
    name: document.body.dataset.view,
    ssid: cookie("ssid"),
    consent: cookie("mrdv_consent") ?? "none",
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

sendEvent("page_view");
