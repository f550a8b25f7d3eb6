// What does the analytics tag send? One page view, in the parameter shape of GA4.
(() => {
  "use strict";
  const id = new URL(document.currentScript.src).searchParams.get("id");
  const seconds = Math.floor(Date.now() / 1000);

  function kept(name, fresh) {
    const pair = document.cookie.split("; ").find((text) => text.startsWith(`${name}=`));
    const value = pair ? pair.slice(name.length + 1) : fresh;
    document.cookie = `${name}=${value}; domain=.medirendezvous.example; path=/; max-age=63072000; secure`;
    return value;
  }

  const ga = kept("_ga", `GA1.1.${Math.floor(Math.random() * 2147483647)}.${seconds}`);
  const session = kept(`_ga_${id.slice(2)}`, `GS2.1.s${seconds}$o1$g0$t${seconds}`);
  const question = new URLSearchParams({
    v: "2",
    tid: id,
    _p: Math.floor(Math.random() * 2147483647),
    gcs: "G111",
    npa: "0",
    cid: ga.split(".").slice(2).join("."),
    ul: navigator.language.toLowerCase(),
    sr: `${screen.width}x${screen.height}`,
    _s: "1",
    sid: session.match(/s(\d+)/)[1],
    sct: "1",
    seg: "0",
    dl: location.href,
    dr: document.referrer,
    dt: document.title,
    en: "page_view",
  });
  navigator.sendBeacon(`https://www.google-analytics.com/g/collect?${question}`);
})();
