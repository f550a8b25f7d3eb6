// Does the visitor accept? The consent service asks once, then tells the site, itself and the page's other scripts.
(() => {
  "use strict";
  const SERVICE = "https://cmp.accord-gamma.example";
  const pairs = document.cookie.split("; ");
  if (pairs.some((pair) => pair.startsWith("mrdv_consent="))) return;

  // The service's name for this browser, kept from the moment the banner is shown.
  const kept = pairs.find((pair) => pair.startsWith("accord_token="))?.slice("accord_token=".length);
  const token = kept ?? crypto.randomUUID();
  document.cookie = `accord_token=${token}; domain=.medirendezvous.example; path=/; max-age=15724800; secure`;

  async function choose(choice) {
    const granted = choice === "accepted";
    const told = JSON.stringify({ site: "medirendezvous", visitor_id: token, choice, purposes: { audience: granted, advertising: granted } });
    await fetch("/consent", { method: "POST", headers: { "content-type": "application/json" }, body: told });
    document.getElementById("consent").remove();
    fetch(`${SERVICE}/choices`, { method: "POST", headers: { "content-type": "text/plain" }, body: told });
    dispatchEvent(new CustomEvent("consent", { detail: choice }));
  }

  function button(id, label, choice) {
    const made = document.createElement("button");
    made.id = id;
    made.textContent = label;
    made.onclick = () => choose(choice);
    return made;
  }

  function show() {
    const banner = document.createElement("aside");
    banner.id = "consent";
    banner.append(
      "Avec votre accord, nos partenaires mesurent l'audience et personnalisent la publicité. ",
      button("consent-refuse", "Tout refuser", "refused"),
      button("consent-accept", "Tout accepter", "accepted"),
    );
    document.body.prepend(banner);
  }

  if (document.readyState === "loading") addEventListener("DOMContentLoaded", show);
  else show();
})();
