"""Which host names does the invented site use, and whose part does each one play?"""

__all__ = [
    "ALL", "CDN", "CONSENT", "EVENTS", "GOOGLE_ANALYTICS", "GOOGLE_TAG", "ONCE_ACCEPTED", "PIXEL", "SYNC_FROM", "SYNC_TO", "WWW",
]

WWW = "www.medirendezvous.example"
CDN = "res.cloudinary.com"
GOOGLE_TAG = "www.googletagmanager.com"
GOOGLE_ANALYTICS = "www.google-analytics.com"
EVENTS = "events-data.medirendezvous.example"
PIXEL = "www.facebook.com"
SYNC_FROM = "sync.regie-alpha.example"
SYNC_TO = "match.data-beta.example"
CONSENT = "cmp.accord-gamma.example"

# Where the site asks before it tells, these are asked for nothing until the visitor accepts.
ONCE_ACCEPTED = (PIXEL, SYNC_FROM, SYNC_TO)

# What each name is for; the README prints this table.
ALL = {
    WWW: "the site itself: pages, JSON, scripts (answers with Cloudflare's headers)",
    CDN: "image service holding the practitioners' portraits",
    GOOGLE_TAG: "serves the tag script (ours, not Google's)",
    GOOGLE_ANALYTICS: "receives page views in the GA4 parameter shape",
    EVENTS: "receives events in the shape of AWS Firehose, under the site's own domain",
    PIXEL: "receives page views as an advertising pixel",
    SYNC_FROM: "advertising seller; sends the browser on to the next host with its own identifier",
    SYNC_TO: "data broker; receives that identifier beside its own cookie",
    CONSENT: "consent service, in the visits with a banner: serves the banner's script, receives the choice",
}
