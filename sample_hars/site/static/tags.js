// What does the tag manager send where the site asks first? Without consent a page view that keeps nothing in the
// browser; once accepted, the page view with cookies, the advertising pixel and the identifier exchange.
(() => {
  "use strict";
  const id = new URL(document.currentScript.src).searchParams.get("id");
  const seconds = Math.floor(Date.now() / 1000);
  const page = Math.floor(Math.random() * 2147483647);

  function cookie(name) {
    return document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
  }

  function kept(name, fresh, age) {
    const value = cookie(name) ?? fresh;
    document.cookie = `${name}=${value}; domain=.medirendezvous.example; path=/; max-age=${age}; secure`;
    return value;
  }

  function pageView(consent, who) {
    const question = new URLSearchParams({
      v: "2",
      tid: id,
      _p: page,
      ...consent,
      ...who,
      ul: navigator.language.toLowerCase(),
      sr: `${screen.width}x${screen.height}`,
      dl: location.href,
      dr: document.referrer,
      dt: document.title,
      en: "page_view",
    });
    navigator.sendBeacon(`https://www.google-analytics.com/g/collect?${question}`);
  }

  function withoutCookies() {
    // Drawn anew for each page view, and kept nowhere.
    pageView({ gcs: "G100", npa: "1" }, { cid: `${Math.floor(Math.random() * 2147483647)}.${seconds}` });
  }

  function withCookies() {
    const ga = kept("_ga", `GA1.1.${Math.floor(Math.random() * 2147483647)}.${seconds}`, 63072000);
    const session = kept(`_ga_${id.slice(2)}`, `GS2.1.s${seconds}$o1$g0$t${seconds}`, 63072000);
    pageView({ gcs: "G111", npa: "0" }, {
      cid: ga.split(".").slice(2).join("."), sid: session.match(/s(\d+)/)[1], sct: "1", seg: "0",
    });
  }

  function sendPixel() {
    const fbp = kept("_fbp", `fb.1.${Date.now()}.${Math.floor(Math.random() * 1e18)}`, 7776000);
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
      fbp,
      rqm: "GET",
    });
  }

  function exchangeIdentifiers() {
    new Image().src = "https://sync.regie-alpha.example/sync?partner=data-beta";
  }

  function accepted() {
    withCookies();
    sendPixel();
    exchangeIdentifiers();
  }

  if (cookie("mrdv_consent") === "accepted") accepted();
  else withoutCookies();
  addEventListener("consent", ({ detail }) => detail === "accepted" && accepted());
})();
