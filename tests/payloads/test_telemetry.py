"""Is each vendor's request recognised, also under another name, and read as its file says?"""

import base64
import gzip
import hashlib
import json
import os
import subprocess
import sys
import zlib
from pathlib import Path
from urllib.parse import quote

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import FILES, SAMPLES, TRUTH

import hartools as ht
from hartools.errors import ReferenceDataError
from hartools.payloads.telemetry import NOT_RECORDED, decode_request, read_vendors, telemetry_events, telemetry_vendors, vendors_page
from hartools.payloads.telemetry.vendor_files import vendor_of

DOCS = Path(__file__).resolve().parents[2] / "docs"
HARS = os.environ.get("HARTOOLS_HARS")
CASES_FILE = os.environ.get("HARTOOLS_CASES")

PAGE = "https://www.exemple-sante.fr/dentiste/paris?q=parodontologie"
HOME = "https://www.exemple-sante.fr/"
TITLE = "Dentiste à Paris - Exemple Santé"
MAIL = "jeanne.test@example.org"
P, H, T = (quote(text, safe="") for text in (PAGE, HOME, TITLE))
HASH = hashlib.sha256(MAIL.encode()).hexdigest()
WEB_HASH = base64.urlsafe_b64encode(bytes.fromhex(HASH)).decode().rstrip("=")
FORM = "application/x-www-form-urlencoded"


def b64(value):
    return base64.b64encode((value if isinstance(value, str) else json.dumps(value)).encode()).decode()


def j(**members):
    return json.dumps(members)


def hashed(name, value=HASH):
    return {name: {"alg": "sha256", "hex": value}}


SEEN = {"page_url": PAGE, "referrer": HOME, "title": TITLE}
CONTEXT = {"page": {"url": PAGE, "referrer": HOME, "title": TITLE}}

# One line per vendor: file, address, body, what must come out. Values are made up.
ONE_PER_VENDOR = [
    ("ga_ua", f"https://www.google-analytics.com/collect?v=1&t=event&ec=recherche&ea=motif&dl={P}&dr={H}&dt={T}&cid=1.2&tid=UA-1-2&cd1=dentiste", None, {**SEEN, "event": "event", "ids": {"cid": "1.2"}, "account": "UA-1-2", "custom": {"cd1": "dentiste", "ea": "motif"}}),
    ("ga4", f"https://www.google-analytics.com/g/collect?v=2&tid=G-ABC123&cid=1.2&sid=3&dl={P}&dr={H}&dt={T}&gcs=G100", "en=page_view\r\nen=view_search_results&ep.search_term=parodontologie", {**SEEN, "events": ["page_view", "view_search_results"], "search_term": "parodontologie", "ids": {"cid": "1.2", "sid": "3"}, "consent": {"ad_storage": "denied", "analytics_storage": "denied"}}),
    ("gads", f"https://www.google.com/ccm/collect?en=page_view&dl={P}&dr={H}&dt={T}&auid=1.2&em=tv.1~em.{WEB_HASH}~co0.FR", None, {**SEEN, "event": "page_view", "ids": {"auid": "1.2"}, "hashed_pii": hashed("em"), "plain_pii": ["FR"]}),
    ("floodlight", f"https://ad.doubleclick.net/activity;src=1;type=a;cat=b;ord=7;auiddc=1.2;u2=dentiste;~oref={P}", None, {"page_url": PAGE, "account": "DC-1/a/b", "ids": {"auiddc": "1.2"}, "custom": {"u2": "dentiste"}}),
    ("gtm_sgtm", f"https://tags.exemple-sante.fr/data?v=2&event_name=page_view&page_location={P}&client_id=1.2", None, {"event": "page_view", "page_url": PAGE, "ids": {"client_id": "1.2"}, "first_party_proxied": True}),
    ("meta", "https://www.facebook.com/tr/", f"id=278166232544171&ev=Search&dl={P}&rl={H}&cd%5Bsearch_string%5D=parodontologie&udff%5Bem%5D={HASH}&ud%5Bexternal_id%5D=u-77&fbp=fb.1.1.2", {"event": "Search", "page_url": PAGE, "referrer": HOME, "search_term": "parodontologie", "hashed_pii": hashed("udff[em]"), "plain_pii": ["u-77"], "ids": {"fbp": "fb.1.1.2", "external_id": "u-77"}}),
    ("aws_firehose", "https://events.exemple-sante.fr/live", j(DeliveryStreamName="s", Records=[{"Data": b64({"name": "search", "ssid": "c9", "details": {"page_url": PAGE, "esid": "D1"}})}, {"Data": base64.b64encode(gzip.compress(b'{"name": "click"}')).decode()}]), {"events": ["search", "click"], "page_url": PAGE, "ids": {"ssid": "c9", "esid": "D1"}, "stream": "s", "first_party_proxied": True}),
    ("aws_rum", "https://www.exemple-sante.fr/appmonitors/11111111-2222-4333-8444-555555555555", j(BatchId="c", AppMonitorDetails={"id": "m"}, UserDetails={"userId": "u", "sessionId": "s"}, RumEvents=[{"type": "com.amazon.rum.page_view_event", "metadata": j(title=TITLE), "details": j(pageId="/dentiste/paris", referrer=HOME)}]), {"event": "com.amazon.rum.page_view_event", "page_path": "/dentiste/paris", "referrer": HOME, "title": TITLE, "ids": {"userId": "u", "sessionId": "s"}, "account": "m", "first_party_proxied": True}),
    ("aws_pinpoint", f"https://pinpoint.eu-west-1.amazonaws.com/v1/apps/{'0' * 32}/events", j(BatchItem={"ep-1": {"Endpoint": {"Address": MAIL, "User": {"UserId": "u-77"}}, "Events": {"1": {"EventType": "pageView", "Attributes": {"url": PAGE}, "Session": {"Id": "s-1"}}}}}), {"event": "pageView", "page_url": PAGE, "ids": {"endpoint": "ep-1", "UserId": "u-77", "session": "s-1"}, "plain_pii": [MAIL]}),
    ("aws_cognito", "https://cognito-identity.eu-west-3.amazonaws.com/", j(IdentityPoolId="eu-west-3:1"), {"account": "eu-west-3:1", "ids": {"IdentityPoolId": "eu-west-3:1"}}),
    ("datadog", "https://www.exemple-sante.fr/dd?ddforward=%2Fapi%2Fv2%2Frum%3Fddsource%3Dbrowser%26dd-api-key%3Dpub", zlib.compress("\n".join([j(type="view", view={"url": PAGE, "referrer": HOME}, session={"id": "s"}, usr={"email": MAIL}), j(type="action", action={"target": {"name": "Prendre rendez-vous"}})]).encode()), {"events": ["view", "action"], "page_url": PAGE, "referrer": HOME, "plain_pii": [MAIL], "ids": {"session.id": "s"}, "custom": {"action.target.name": "Prendre rendez-vous"}, "account": "pub", "first_party_proxied": True}),
    ("newrelic", f"https://bam.eu01.nr-data.net/1/NRJS-abc?a=42&v=1.2&t=Recherche&s=se&ptid=pt&ref={P}", None, {"page_url": PAGE, "title": "Recherche", "ids": {"s": "se", "ptid": "pt"}, "account": "42"}),
    ("sentry", "https://www.exemple-sante.fr/monitoring", "\n".join([j(event_id="e", dsn="https://k@o1.ingest.sentry.io/45"), j(type="event"), j(request={"url": PAGE, "headers": {"Referer": HOME}}, user={"id": "u-77", "email": MAIL, "ip_address": "{{auto}}"}), j(type="session"), j(sid="s")]), {"item_types": ["event", "session"], "page_url": PAGE, "referrer": HOME, "ids": {"user.id": "u-77"}, "plain_pii": [MAIL], "account": "45", "placeholders": ["user.ip_address"], "first_party_proxied": True}),
    ("cf_rum", "https://www.exemple-sante.fr/cdn-cgi/rum?", j(location=PAGE, referrer=HOME, eventType=1, pageloadId="p", siteToken="t"), {"event": "load", "page_url": PAGE, "referrer": HOME, "ids": {"pageloadId": "p"}, "first_party_proxied": True}),
    ("mpulse", "https://17de4c0e.akstat.io/", f"u={P}&r={H}&rt.si=si-1&h.key=K&nu=https%3A%2F%2Fwww.exemple-sante.fr%2Fnext", {"page_url": PAGE, "referrer": HOME, "ids": {"rt.si": "si-1"}, "account": "K", "custom": {"nu": "https://www.exemple-sante.fr/next"}}),
    ("appinsights", "https://dc.services.visualstudio.com/v2/track", json.dumps([{"iKey": "k", "tags": {"ai.user.id": "a"}, "data": {"baseType": "PageviewData", "baseData": {"name": TITLE, "uri": PAGE, "refUri": HOME}}}]), {**SEEN, "event": "PageviewData", "ids": {"ai.user.id": "a"}, "account": "k"}),
    ("segment", "https://t.exemple-sante.fr/v1/t", j(type="track", event="Recherche", anonymousId="a", userId="u-77", context={**CONTEXT, "traits": {"email": MAIL}}, properties={"query": "implant"}, messageId="m", writeKey="W"), {**SEEN, "event": "Recherche", "ids": {"anonymousId": "a", "userId": "u-77"}, "plain_pii": [MAIL], "search_term": "implant", "account": "W", "first_party_proxied": True}),
    ("rudderstack", "https://rs.exemple-sante.fr/v1/batch", j(batch=[{"type": "page", "anonymousId": "a", "context": {**CONTEXT, "sessionId": 7, "traits": {"email": MAIL}}}]), {**SEEN, "event": "page", "ids": {"anonymousId": "a", "sessionId": "7"}, "plain_pii": [MAIL], "first_party_proxied": True}),
    ("amplitude", "https://api2.amplitude.com/2/httpapi", j(api_key="k", events=[{"event_type": "vue", "device_id": "d", "user_properties": {"$set": {"email": MAIL}}, "event_properties": {"[Amplitude] Page URL": PAGE, "[Amplitude] Page Title": TITLE, "referrer": HOME}}]), {**SEEN, "event": "vue", "ids": {"device_id": "d"}, "plain_pii": [MAIL], "account": "k"}),
    ("mixpanel", "https://api-eu.mixpanel.com/track/?verbose=1&ip=1&_=1", "data=" + quote(b64({"event": "Page View", "properties": {"token": "t", "distinct_id": "d-1", "$device_id": "dev", "$current_url": PAGE, "$referrer": HOME, "current_page_title": TITLE, "mp_keyword": "implant"}})), {**SEEN, "event": "Page View", "ids": {"distinct_id": "d-1", "$device_id": "dev"}, "search_term": "implant", "account": "t"}),
    ("posthog", "https://www.exemple-sante.fr/ingest/e/?compression=base64", "data=" + quote(b64({"event": "$pageview", "properties": {"token": "t", "distinct_id": "d", "$session_id": "s", "$current_url": PAGE, "$referrer": HOME, "title": TITLE, "$set": {"email": MAIL}}})), {**SEEN, "event": "$pageview", "ids": {"distinct_id": "d", "$session_id": "s"}, "plain_pii": [MAIL], "first_party_proxied": True}),
    ("heap", f"https://heapanalytics.com/h?a=11&u=22&v=33&s=44&b=web&d=www.exemple-sante.fr&h=%2Fdentiste%2Fparis&q=%3Fq%3Dparodontologie&t={T}&r={H}", None, {**SEEN, "ids": {"u": "22", "v": "33", "s": "44"}, "account": "11"}),
    ("matomo", "https://stats.exemple-sante.fr/x.php?idsite=3&rec=1", j(requests=[f"?idsite=3&rec=1&url={P}&urlref={H}&action_name={T}&_id=0123456789abcdef&search=implant&dimension1=paris"], token_auth="t"), {**SEEN, "event": "site_search", "search_term": "implant", "ids": {"_id": "0123456789abcdef"}, "custom": {"dimension1": "paris"}, "account": "3", "first_party_proxied": True}),
    ("piano", f"https://logc1.xiti.com/hit.xiti?s=123&idclient=i-1&p=dentiste%3A%3Aparis&ref={H}&mc=implant&np=4&x1=a", None, {"referrer": HOME, "search_term": "implant", "ids": {"idclient": "i-1"}, "account": "123", "title": "dentiste::paris", "custom": {"x1": "a", "np": "4"}}),
    ("adobe_aa", "https://smetrics.exemple-sante.fr/b/ss/prod/1/JS-2.22.0/s1?AQB=1&AQE=1", f"AQB=1&mid=01&g={P}&r={H}&pageName={T}&c.&a.&specialite=dentiste&.a&.c&cid.&crm.&id=u-77&.crm&.cid&pe=lnk_o&AQE=1", {**SEEN, "event": "custom link", "ids": {"mid": "01"}, "custom": {"c.a.specialite": "dentiste"}, "plain_pii": ["u-77"], "account": "prod"}),
    ("adobe_edge", "https://dpm.demdex.net/ibs:dpid=903&dpuuid=tt-1&redir=x", None, {"event": "id sync", "ids": {"dpuuid": "tt-1", "dpid": "903"}, "id_sharing": {"from": "dpid 903", "to": "demdex.net", "value": "tt-1"}}),
    ("snowplow", "https://c.exemple-sante.fr/com.snowplowanalytics.snowplow/tp2", j(schema="iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4", data=[{"e": "pv", "url": PAGE, "refr": HOME, "page": TITLE, "duid": "d", "sid": "s", "aid": "app", "cx": b64({"data": [{"schema": "web_page", "data": {"id": "w-1"}}]})}]), {**SEEN, "event": "pv", "ids": {"duid": "d", "sid": "s"}, "account": "app", "custom": {"contexts.0.data.id": "w-1"}}),
    ("plausible", "https://www.exemple-sante.fr/stats/api/event", j(n="pageview", u=PAGE, d="exemple-sante.fr", r=HOME, p=j(specialite="dentiste")), {"event": "pageview", "page_url": PAGE, "referrer": HOME, "account": "exemple-sante.fr", "custom": {"props.specialite": "dentiste"}, "first_party_proxied": True}),
    ("clarity", "https://l.clarity.ms/collect", gzip.compress(j(e=["0.8", 1, 0, 5, "proj", "usr", "ses", 1, 0, 0, 1, PAGE], a=[[1, 1, 2, [HOME], 3, [TITLE]]], p=[]).encode()).decode("latin-1"), {**SEEN, "ids": {"userId": "usr", "sessionId": "ses"}, "account": "proj", "decoding": ["latin-1", "gzip", "json"]}),
    ("hotjar", "https://content.hotjar.io/?site_id=5&gzip=1", gzip.compress(j(dom=["html", {"text": "Dentiste à Paris"}]).encode()).decode("latin-1"), {"event": "snapshot", "account": "5", "contains_text": "html Dentiste à Paris"}),
    ("contentsquare", f"https://c.contentsquare.net/pageview?pid=9&uu=u-1&sn=1&pn=2&url={P}&dr={H}&cvars=%7B%221%22%3A%5B%22specialite%22%5D%7D", None, {"event": "pageview", "page_url": PAGE, "referrer": HOME, "ids": {"uu": "u-1"}, "account": "9", "custom": {"cvars": '{"1":["specialite"]}'}}),
    ("fullstory", "https://rs.eu1.fullstory.com/rec/page", j(OrgId="o", UserId="u", Url=PAGE, Referrer=HOME), {"event": "page start", "page_url": PAGE, "referrer": HOME, "account": "o", "ids": {"UserId": "u"}}),
    ("logrocket", "https://r.lr-in.com/i?a=org%2Fapp&r=6-0&u=u-77", bytes(range(256)), {"ids": {"r": "6-0", "u": "u-77"}, "account": "org/app", "payload_class": "opaque-binary"}),
    ("bing", f"https://bat.bing.com/action/0?ti=27&Ver=2&mid=m&sid=s&vid=v&tl={T}&p={P}&r={H}&evt=pageLoad&kw=dentiste&asc=G&pid=%7B%22em%22%3A%22{HASH}%22%7D", None, {**SEEN, "event": "pageLoad", "ids": {"vid": "v", "sid": "s", "mid": "m"}, "consent": {"asc": "granted"}, "hashed_pii": hashed("pid.em"), "custom": {"kw": "dentiste"}}),
    ("linkedin", "https://px.ads.linkedin.com/wa/", j(pids=[4172257], url=PAGE, pageTitle=TITLE, hem=HASH, liFatId="f", signalType="CLICK", domAttributes={"innerText": "Fluoxetine 20"}), {"event": "CLICK", "page_url": PAGE, "title": TITLE, "account": "4172257", "hashed_pii": hashed("hem"), "custom": {"domAttributes.innerText": "Fluoxetine 20"}}),
    ("tiktok", "https://analytics.tiktok.com/api/v2/pixel", j(event="Search", properties={"query": "implant"}, context={"page": {"url": PAGE, "referrer": HOME}, "pixel": {"code": "C1"}, "user": {"anonymous_id": "a", "email": HASH}}), {"event": "Search", "page_url": PAGE, "referrer": HOME, "search_term": "implant", "ids": {"anonymous_id": "a"}, "hashed_pii": hashed("email"), "account": "C1"}),
    ("x", f"https://t.co/1/i/adsct?txn_id=o1&p_id=Twitter&p_user_id=0&events=%5B%5B%22pageview%22%2C%7B%7D%5D%5D&tw_document_href={P}&tw_document_referrer={H}&twclid=tw&em={HASH}", None, {"event": "pageview", "page_url": PAGE, "referrer": HOME, "ids": {"twclid": "tw"}, "account": "o1", "hashed_pii": hashed("em")}),
    ("pinterest", f"https://ct.pinterest.com/v3/?tid=26&event=search&ed=%7B%22search_query%22%3A%22implant%22%7D&pd=%7B%22em%22%3A%22{HASH}%22%7D&ad=%7B%22loc%22%3A%22{P}%22%2C%22ref%22%3A%22{H}%22%7D", None, {"event": "search", "page_url": PAGE, "referrer": HOME, "search_term": "implant", "hashed_pii": hashed("pd.em"), "account": "26"}),
    ("snap", "https://tr.snapchat.com/p", j(ctx={"url": PAGE, "r": "a2685585-7740"}, req=[{"t": {"pid": "p", "ev": "SEARCH", "e_ss": "implant", "u_c1": "c", "u_hem": "FFF" + HASH}}]), {"event": "SEARCH", "page_url": PAGE, "referrer": None, "search_term": "implant", "ids": {"u_c1": "c"}, "hashed_pii": hashed("u_hem"), "account": "p"}),
    ("criteo", f"https://sslwidget.criteo.com/event?a=2&p0=e%3Dce%26m%3D%255B{HASH}%255D%26h%3Dsha256&p1=e%3Dvp%26p%3Ddr-1&bundle=b&fu={P}&pu={H}", None, {"event": "vp", "page_url": PAGE, "referrer": HOME, "items": ["dr-1"], "ids": {"bundle": "b"}, "hashed_pii": hashed("p0.m"), "account": "2"}),
    ("outbrain_taboola", f"https://trc.taboola.com/123/log/3/unip?en=page_view&item-url={P}&ref={H}&ui=u", None, {"event": "page_view", "page_url": PAGE, "referrer": HOME, "ids": {"ui": "u"}, "account": "123"}),
    ("ttd_sync", "https://match.adsrvr.org/track/cmf/appnexus?ttd=1&anid=611&ttd_tdid=own", None, {"id_sharing": {"from": "adnxs.com", "to": "adsrvr.org", "value": "611"}, "kind": "sync"}),
    ("braze", "https://sdk.fra-01.braze.eu/api/v3/data/", j(api_key="k", device_id="d", attributes=[{"user_id": "u-77", "email": MAIL, "custom": {"specialite": "dentiste"}}], events=[{"name": "ce", "data": {"n": "recherche", "url": PAGE}}]), {"event": "recherche", "page_url": PAGE, "ids": {"device_id": "d", "user_id": "u-77"}, "plain_pii": [MAIL], "account": "k"}),
    ("onesignal", "https://api.onesignal.com/apps/11111111-2222-4333-8444-555555555555/users", j(identity={"external_id": "u-77"}, properties={"tags": {"specialite": "dentiste"}}, subscriptions=[{"type": "Email", "token": MAIL}]), {"ids": {"external_id": "u-77"}, "plain_pii": [MAIL], "custom": {"tags.specialite": "dentiste"}}),
    ("intercom", "https://api-iam.intercom.io/messenger/web/ping", f"app_id=a&v=3&user_data=%7B%22email%22%3A%22{quote(MAIL)}%22%2C%22user_id%22%3A%22u-77%22%7D&page_title={T}&referer={P}&device_identifier=d", {"event": "ping", "page_url": PAGE, "title": TITLE, "ids": {"device_identifier": "d", "user_id": "u-77"}, "plain_pii": [MAIL], "account": "a"}),
    ("zendesk", "https://exemple.zendesk.com/embeddable_blip?type=pageView&data=" + quote(b64({"pageView": {"referrer": HOME, "pageTitle": TITLE}, "buid": "b", "suid": "s", "url": PAGE})), None, {**SEEN, "event": "pageView", "ids": {"buid": "b", "suid": "s"}, "account": "exemple"}),
    ("hubspot", f"https://track-eu1.hubspot.com/__ptq.gif?k=1&a=42&pu={P}&r={H}&t={T}&vi=v&u=1.v.2&i=%7B%22email%22%3A%22{quote(MAIL)}%22%7D", None, {**SEEN, "event": "page view", "ids": {"vi": "v"}, "plain_pii": [MAIL], "account": "42"}),
    ("optimizely", "https://logx.optimizely.com/v1/events", j(account_id="1", visitors=[{"visitor_id": "oeu1", "attributes": [{"key": "specialite", "value": "dentiste"}], "snapshots": [{"events": [{"type": "click", "tags": {"url": PAGE}}]}]}]), {"event": "click", "page_url": PAGE, "ids": {"visitor_id": "oeu1"}, "account": "1", "custom": {"attributes.specialite": "dentiste"}}),
    ("vercel", "https://www.exemple-sante.fr/_vercel/insights/view", j(o=PAGE, r=HOME, ts=1), {"event": "view", "page_url": PAGE, "referrer": HOME, "first_party_proxied": True}),
    ("comscore", f"https://sb.scorecardresearch.com/p?c1=2&c2=99&c7={P}&c8={T}&c9={H}", None, {**SEEN, "account": "99"}),
    ("quantcast", f"https://pixel.quantserve.com/pixel;r=1;a=p-x;fpa=P0-1;url={P};ref={H};d=exemple-sante.fr", None, {"page_url": PAGE, "referrer": HOME, "ids": {"fpa": "P0-1"}, "account": "p-x"}),
    ("reddit", "https://alb.reddit.com/rp.gif?id=t2_x&event=Search&uuid=u&m.itemCount=2", None, {"event": "Search", "account": "t2_x", "custom": {"m.itemCount": "2"}}),
    ("spotify", "https://pixels.spotify.com/v1/ingest", j(batch=[{"key": "k", "events": [{"name": "view", "body": {"url": PAGE, "referrer": HOME}}]}]), {"event": "view", "page_url": PAGE, "referrer": HOME, "account": "k"}),
    ("amazon_ads", "https://s.amazon-adsystem.com/iu3?pid=p-1&event=PageView", None, {"event": "PageView", "account": "p-1"}),
    ("stackadapt", f"https://tags.srv.stackadapt.com/saq_pxl?uid=u&landing_url={P}&t={T}", None, {"page_url": PAGE, "title": TITLE, "account": "u"}),
    ("teads", f"https://t.teads.tv/track?action=pageView&pid=1&page={P}", None, {"event": "pageView", "page_url": PAGE}),
    ("simplifi", f"https://i.simpli.fi/dpx?cid=7&action=100&ref={P}", None, {"page_url": PAGE, "account": "7"}),
    ("klaviyo", "https://a.klaviyo.com/client/events/?company_id=K", j(data={"type": "event", "attributes": {"metric": {"data": {"attributes": {"name": "Viewed"}}}, "properties": {"page": PAGE}, "profile": {"data": {"attributes": {"email": MAIL}}}}}), {"event": "Viewed", "page_url": PAGE, "plain_pii": [MAIL], "account": "K"}),
    ("tealium", "https://collect.tealiumiq.com/event", json.dumps({"tealium_account": "a", "tealium_profile": "p", "tealium_event": "search", "tealium_visitor_id": "v", "dom.url": PAGE, "dom.referrer": HOME, "dom.title": TITLE, "customer_email": MAIL}), {**SEEN, "event": "search", "ids": {"tealium_visitor_id": "v"}, "plain_pii": [MAIL], "account": "a"}),
    ("mparticle", "https://jssdks.mparticle.com/v3/JS/us1-key/events", j(n="Recherche", attrs={"url": PAGE}, das="d", mpid="m", ui=[{"Identity": MAIL, "i": MAIL, "t": 7}]), {"event": "Recherche", "page_url": PAGE, "ids": {"das": "d", "mpid": "m"}, "plain_pii": [MAIL], "account": "us1-key"}),
    ("brevo", f"https://in-automate.brevo.com/p?key=k&sib_type=page&sib_name=dentiste&ma_url={P}&ma_referrer={H}&ma_title={T}&cuid=c&email_id={quote(MAIL)}", None, {**SEEN, "event": "dentiste", "ids": {"cuid": "c"}, "plain_pii": [MAIL]}),
    ("parsely", f"https://p1.parsely.com/plogger/?action=pageview&idsite=exemple-sante.fr&url={P}&urlref={H}&title={T}&u=pid-1", None, {**SEEN, "event": "pageview", "account": "exemple-sante.fr", "ids": {"u": "pid-1"}}),
    ("chartbeat", f"https://ping.chartbeat.net/ping?h=exemple-sante.fr&p=%2Fdentiste%2Fparis&u=cb-1&r={H}&i={T}&g=5", None, {"page_url": "https://exemple-sante.fr/dentiste/paris", "referrer": HOME, "title": TITLE, "ids": {"u": "cb-1"}}),
    ("dynatrace", f"https://www.exemple-sante.fr/rb_abc123?type=js3&app=ea7&vi=v-1&sn=s-1&url={P}&rf={H}", None, {"page_url": PAGE, "referrer": HOME, "ids": {"vID": "v-1", "session": "s-1"}, "account": "ea7", "first_party_proxied": True}),
    ("yandex_metrica", f"https://mc.yandex.ru/watch/123?page-url={P}&page-ref={H}&browser-info=pv%3A1%3Au%3A99%3At%3A{T}", None, {**SEEN, "event": "pageview", "ids": {"u": "99"}, "account": "123"}),
    ("recaptcha", "https://www.google.com/recaptcha/api2/anchor?k=key&co=aHR0cHM6Ly93d3cuZXhlbXBsZS1zYW50ZS5mcjo0NDM.", None, {"event": "anchor", "page_url": "https://www.exemple-sante.fr:443", "account": "key"}),
    ("weglot", "https://api.weglot.com/pageviews?api_key=wg", j(url=PAGE, language="en"), {"event": "pageviews", "page_url": PAGE, "account": "wg"}),
    ("wix", f"https://frog.wix.com/bpm?src=29&evid=1&url={P}&vsi=v-1&_msid=m", None, {"event": "1", "page_url": PAGE, "ids": {"vsi": "v-1"}, "account": "m"}),
]  # fmt: skip


def holds(found, wanted):
    """Say whether everything wanted is in what was found; more may be."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(key in found and holds(found[key], value) for key, value in wanted.items())
    return found == wanted


@pytest.mark.parametrize(("vendor", "url", "body", "expected"), ONE_PER_VENDOR, ids=[case[0] for case in ONE_PER_VENDOR])
def test_every_vendor_is_recognised_and_read(vendor, url, body, expected):
    decoded = decode_request(url, body=body)
    assert decoded["vendor"] == vendor
    assert {key: decoded.get(key) for key, value in expected.items() if not holds(decoded.get(key), value)} == {}


def test_every_vendor_has_a_line():
    assert sorted(case[0] for case in ONE_PER_VENDOR) == [vendor.vendor for vendor in read_vendors()]


@pytest.mark.skipif(not CASES_FILE, reason="HARTOOLS_CASES names no file of cases")
def test_the_cases_of_the_file_decode_to_what_they_expect():
    wrong = []
    for case in map(json.loads, Path(CASES_FILE or "").read_text(encoding="utf-8").splitlines()):
        body = base64.b64decode(case["body"]) if case["body_encoding"] == "base64" else case["body"]
        decoded = decode_request(case["url"], method=case["method"], body=body, content_type=case["content_type"])
        for key, value in case["expect"].items():
            found = decoded.get(key)
            if key == "hashed_pii":  # the text behind a hash is the case's own knowledge, except of placeholders
                value = {name: {part: held for part, held in each.items() if part != "plain" or each.get("placeholder")} for name, each in value.items()}
            if not (value in (found or "") if key == "contains_text" else holds(found, value)):
                wrong.append((case["id"], key, value, found))
    assert wrong == []


NOT_TELEMETRY = [
    ("https://www.exemple-sante.fr/dentiste/paris?q=parodontologie&id=3&v=2&e=1", None),
    ("https://www.exemple-sante.fr/collect", "a=1&b=2"),
    ("https://www.exemple-sante.fr/event", j(events=[{"name": "a"}])),
    ("https://www.exemple-sante.fr/api/track", j(id=1)),
    ("https://www.exemple-sante.fr/api/users", j(name="a", data=[1], Record=1)),
    ("https://www.exemple-sante.fr/v1/page", j(page=2)),
    ("https://collector-48024.us.tvsquared.com/tv2track.php?idsite=TV-6354452754-1&rec=1&url=x", None),
    ("https://res.cloudinary.com/demo/image/upload/w_160/photo.jpg", None),
    ("not a url", None),
]


@pytest.mark.parametrize(("url", "body"), NOT_TELEMETRY)
def test_what_is_nobodys_stays_nobodys(url, body):
    assert decode_request(url, body=body)["vendor"] is None


def test_a_copy_under_the_sites_own_name_is_found_by_its_parameters():
    decoded = decode_request(f"https://www.exemple-sante.fr/metrics/ag/g/c?v=2&tid=G-ABC123&gtm=45je&en=page_view&dl={P}&cid=1.2")
    assert (decoded["vendor"], decoded["first_party_proxied"], decoded["page_url"]) == ("ga4", True, PAGE)


PLACEHOLDERS = ["", "test", "undefined", "null", "<user_email_address>", "__insert_user_email__", "{{email}}", "%EMAIL%", "[object Object]", "test@test.com"]


@pytest.mark.parametrize("text", PLACEHOLDERS)
def test_a_placeholder_is_named_as_one_in_clear_and_hashed(text):
    clear, digest = quote(text, safe=""), hashlib.sha256(text.encode()).hexdigest()
    decoded = decode_request(f"https://www.facebook.com/tr/?id=278166232544171&ev=Lead&dl={P}&ud%5Bem%5D={digest}&ud%5Bph%5D={clear}")
    assert decoded["hashed_pii"]["ud[em]"] == {"alg": "sha256", "hex": digest, "plain": text, "placeholder": True}
    assert decoded["placeholders"] == (["ud[em]", "ud[ph]"] if text else ["ud[em]"])
    assert decoded["plain_pii"] == []


def test_where_several_events_share_a_request_each_says_where_it_stood():
    url = f"https://www.google-analytics.com/g/collect?v=2&tid=G-ABC123&cid=1.2&dl={P}"
    paths = [record["decode_path"] for record in decode_request(url, body="en=a\r\nen=b")["records"]]
    assert paths == ["body → lines → [0]", "body → lines → [1]"]
    record = decode_request("https://e.exemple.fr/x", body=j(DeliveryStreamName="s", Record={"Data": b64({"name": "a"})}))["records"][0]
    assert record["decode_path"] == "body → $.Record.Data → base64 → $"


def entry(url, *, method="GET", post=None, status=200, time="2026-11-25T10:00:00.000Z"):
    request = {"method": method, "url": url, "httpVersion": "h2", "headers": [], "queryString": [], "cookies": [], "headersSize": -1, "bodySize": -1}
    if post is not None:
        request["postData"] = post
    content = {"size": 0, "mimeType": "text/plain"}
    answer = {"status": status, "statusText": "", "httpVersion": "h2", "headers": [], "cookies": [], "content": content, "redirectURL": "", "headersSize": -1, "bodySize": -1}
    return {"startedDateTime": time, "time": 1, "request": request, "response": answer, "cache": {}, "timings": {"send": 0, "wait": 1, "receive": 0}}


def captured(tmp_path, *entries):
    path = tmp_path / "built.har"
    path.write_text(json.dumps({"log": {"version": "1.2", "creator": {"name": "built", "version": "1"}, "entries": list(entries)}}), encoding="utf-8")
    return ht.read_har(path)


def test_a_table_row_holds_what_one_event_said(tmp_path):
    post = {"mimeType": "text/plain;charset=UTF-8", "text": "en=page_view\r\nen=scroll&epn.percent_scrolled=90"}
    capture = captured(tmp_path, entry(HOME), entry(f"https://region1.google-analytics.com/g/collect?v=2&tid=G-ABC123&cid=1.2&dl={P}", method="POST", post=post))
    events = telemetry_events(capture)
    assert events[["entry_id", "vendor", "event_index", "event", "page_url"]].values.tolist() == [[1, "ga4", 0, "page_view", PAGE], [1, "ga4", 1, "scroll", PAGE]]
    assert events.custom[1] == {"epn.percent_scrolled": "90"} and events.referrer.isna().all()
    columns = ["entry_id", "vendor", "event_index", "event", "page_url", "referrer", "title", "search_term", "ids", "account", "user_data", "consent", "custom", "decode_path", "first_party_proxied"]
    assert list(events)[:15] == columns


def test_a_body_that_was_not_recorded_is_said_to_have_been_sent(tmp_path):
    capture = captured(tmp_path, entry("https://l.clarity.ms/collect", method="POST"), entry(f"https://www.google-analytics.com/g/collect?v=2&tid=G-ABC123&en=page_view&dl={P}", method="POST"))
    assert telemetry_events(capture).event.tolist() == [NOT_RECORDED, "page_view"]


def test_preflights_are_no_events_and_scripts_are_no_events(tmp_path):
    capture = captured(tmp_path, entry(f"https://www.facebook.com/tr/?id=278166232544171&ev=PageView&dl={P}", method="OPTIONS"), entry("https://connect.facebook.net/en_US/fbevents.js"))
    assert len(telemetry_events(capture)) == 0
    assert telemetry_vendors(capture)[["vendor", "kind"]].values.tolist() == [["meta", "load"]]


def test_the_caller_gets_an_empty_table_with_all_columns_where_nothing_was_sent(tmp_path):
    events = telemetry_events(captured(tmp_path, entry(HOME)))
    assert len(events) == 0 and "user_data" in events.columns


@pytest.mark.parametrize("name", FILES)
def test_every_planted_record_of_the_recorded_visits_is_found_and_no_other(name):
    events, truth = telemetry_events(ht.read_har(SAMPLES / name)), TRUTH[name]
    pages = sorted("https://www.medirendezvous.example" + path for path in truth["pages"])
    for vendor, event in (("aws_firehose", "page_view"), ("ga4", "page_view"), ("meta", "PageView")):
        rows = events[events.vendor == vendor]
        assert (sorted(rows.page_url), set(rows.event)) == (pages, {event})
    assert len(events) == 3 * len(pages)
    assert events.first_party_proxied.tolist() == (events.vendor == "aws_firehose").tolist()
    assert all(ids.get({"ga4": "cid", "meta": "fbp"}.get(vendor, "ssid")) for vendor, ids in zip(events.vendor, events.ids, strict=True))
    later = events[(events.vendor == "meta") & events.referrer.notna()]
    assert set(later.referrer) <= {*pages} and len(later) >= len(pages) - 1


def test_a_view_is_read_as_a_capture_is():
    capture = ht.read_har(SAMPLES / "two-searches.chrome-sensitive.har")
    events = telemetry_events(ht.view_as(capture, "third_party:google-analytics.com"))
    assert set(events.vendor) == {"ga4"} and len(events) == 3
    assert len(telemetry_events(ht.view_as(capture, "third_party:cloudinary.com"))) == 0


def test_what_an_observer_was_sent_in_a_body_is_read_in_its_view(tmp_path):
    post = {"mimeType": "text/plain", "text": j(ctx={"url": PAGE}, req=[{"t": {"ev": "PAGE_VIEW"}}])}
    view = ht.view_as(captured(tmp_path, entry(HOME), entry("https://tr.snapchat.com/p", method="POST", post=post)), "third_party:snapchat.com")
    assert telemetry_events(view)[["event", "page_url"]].values.tolist() == [["PAGE_VIEW", PAGE]]


@settings(deadline=None, max_examples=200)
@given(st.sampled_from([case[1] for case in ONE_PER_VENDOR]), st.one_of(st.none(), st.text(max_size=200), st.binary(max_size=200), st.recursive(st.none() | st.text() | st.integers(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)).map(json.dumps)))
def test_no_body_makes_it_raise(url, body):
    assert isinstance(decode_request(url, body=body)["n_events"], int)


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_no_change_of_a_known_body_makes_it_raise(data):
    _, url, body, _ = data.draw(st.sampled_from([case for case in ONE_PER_VENDOR if isinstance(case[2], str) and case[2][:1] == "{" and "\n" not in case[2]]))
    held = json.loads(body)
    for _ in range(data.draw(st.integers(1, 3))):
        at = held
        while isinstance(at, (dict, list)) and at:
            key = data.draw(st.sampled_from(sorted(at))) if isinstance(at, dict) else data.draw(st.integers(0, len(at) - 1))
            if not isinstance(at[key], (dict, list)) or not at[key] or data.draw(st.booleans()):
                at[key] = data.draw(st.sampled_from([None, 0, -1.5, "", "x", [], {}, [[]], {"a": None}, True, "{", "eyJ"]))
                break
            at = at[key]
    assert isinstance(decode_request(url, body=json.dumps(held))["records"], list)


def test_a_request_can_be_decoded_on_the_command_line(tmp_path):
    body = tmp_path / "body"
    body.write_bytes(j(location=PAGE, eventType=1).encode())
    words = [sys.executable, "-m", "hartools.payloads.telemetry", "--url", "https://www.exemple-sante.fr/cdn-cgi/rum", "--body-file", str(body), "--content-type", "application/json"]
    said = subprocess.run(words, capture_output=True, text=True, check=True, encoding="utf-8", env={**os.environ, "PYTHONIOENCODING": "utf-8"})
    assert (json.loads(said.stdout)["vendor"], json.loads(said.stdout)["page_url"]) == ("cf_rum", PAGE)


def test_the_page_is_made_from_the_files():
    assert (DOCS / "telemetry.md").read_text(encoding="utf-8") == vendors_page(), "run: python -m hartools.payloads.telemetry --page > docs/telemetry.md"


HEAD = 'name = "X"\nreceives = "X"\ngrade = "K"\nsource = "s"\nwhy = "w"\n'


@pytest.mark.parametrize("text", ["name = ", "name = 'X'", HEAD + "[[request]]\nkind = 'evnt'\n", HEAD + "[[request]]\nkind = 'event'\npath = '('\n", HEAD + "[[request]]\nkind = 'event'\n[fields]\nevnt = 'param/e'\n", HEAD + "[[request]]\nkind = 'event'\n[ids]\na = { path = 'param/a', raed = 'flat' }\n"])
def test_a_mistake_in_a_file_is_an_error_that_names_it(text):
    with pytest.raises(ReferenceDataError, match="vendor exemple"):
        vendor_of("exemple", text)


# The Markup and CalMatters, 17 June 2025; the vendors as our rules name them, without tag managers and the short list "others"
STATES = {
    "georgia-georgiaaccess.gov": ["floodlight", "ga4", "gads", "meta", "snap", "ttd_sync"],
    "idaho-yourhealthidaho.org": ["bing", "cf_rum", "ga4", "ga_ua", "gads", "hotjar", "meta", "pinterest", "snap"],
    "kentucky-kynect.ky.gov": ["ga4"],
    "maine-coverme.gov": ["bing", "floodlight", "ga4", "gads", "meta", "snap", "tiktok"],
    "maryland-marylandhealthconnection.gov": ["bing", "floodlight", "ga4", "gads", "linkedin", "meta", "mpulse", "outbrain_taboola", "snap", "ttd_sync"],
    "new-jersey-nj.gov": ["floodlight", "ga4", "gads", "meta", "x"],
    "virginia-marketplace.virginia.gov": ["ga4", "gads", "meta", "ttd_sync"],
}

# The Markup, 13 June 2023: events told to Facebook, and what was read out of form fields for matching
HOTLINES = {
    "211palmbeach.org__HAR__contact-form-211palmbeach.org": ({"SubscribedButtonClick": 1}, ["em", "fn", "ln"]),
    "crisis-center.org__HAR__crisis-center.org_2023-04-25": ({"PageView": 1, "Microdata": 1}, []),
    "ncmhs.org__HAR__ncmhs.org_2023-04-25": ({"PageView": 1}, []),
    "ncssinc.org__HAR__contact-form-www.ncssinc.org-2023-06-08": ({"Contact": 1, "PageView": 1, "Microdata": 1}, ["em", "fn", "ln", "ph"]),
    "solari-inc.org__HAR__contact-form-2023-04-05_solari-inc.org": ({"SubscribedButtonClick": 1, "PageView": 1, "Microdata": 1}, ["em", "st"]),
}


def found_in(folder, pattern):
    files = sorted((Path(HARS or "") / folder).glob(pattern))
    if not files:
        pytest.skip(f"{folder} is not among the HARs")
    return ht.read_har(files[0])


@pytest.mark.corpus
@pytest.mark.skipif(not HARS, reason="HARTOOLS_HARS names no folder")
@pytest.mark.parametrize("site", sorted(STATES))
def test_the_vendors_of_a_published_scan_are_found_exactly(site):
    vendors = telemetry_vendors(found_in("the-markup+investigation-healthcare-exchange-tracking", f"*{site}*"))
    groups = {vendor.vendor: vendor.group for vendor in read_vendors()}
    named = {vendor for vendor in vendors.vendor if groups[vendor] == vendor and vendor != "gtm_sgtm"}
    assert sorted(named) == STATES[site]


@pytest.mark.corpus
@pytest.mark.skipif(not HARS, reason="HARTOOLS_HARS names no folder")
@pytest.mark.parametrize("site", sorted(HOTLINES))
def test_the_facebook_events_and_matching_keys_of_a_published_scan_are_found_exactly(site):
    events = telemetry_events(found_in("the-markup+meta-pixel-988", f"{site}*"))
    told = events[(events.vendor == "meta") & (events.kind == "event")]
    keys = sorted({name[len("udff[") : -1] for held in told.user_data for name in held if name.startswith("udff[")})
    assert (told.event.value_counts().to_dict(), keys) == HOTLINES[site]


@pytest.mark.corpus
@pytest.mark.skipif(not HARS, reason="HARTOOLS_HARS names no folder")
def test_the_hash_of_an_unfilled_snippet_is_a_placeholder_on_a_public_site():
    events = telemetry_events(found_in("the-markup+investigation-healthcare-exchange-tracking", "*georgia*"))
    hashes = [held["u_hem"] for held in events.user_data if "u_hem" in held]
    assert hashes and all(held["plain"] == "__insert_user_email__" and held["placeholder"] for held in hashes)


def test_the_callers_capture_stays_as_it_was():
    capture = ht.read_har(SAMPLES / FILES[0])
    before = capture.entries.copy()
    telemetry_events(capture)
    pd.testing.assert_frame_equal(capture.entries, before)
