"""Which labels of a figure touch, each taken as it is drawn, turned ones too?"""

import math

import numpy as np

# Points that two boxes may share: text boxes hold the room for letters that are not there.
TOLERANCE = 0.6


def label_boxes(ax):
    """Return text and polygon, in points, of every label: title, legend, ticks, axis names and all texts on the axes."""
    figure = ax.figure
    figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()
    titles = [ax.title, ax._left_title, ax._right_title]
    legend = ax.get_legend()
    ticks = [tick for axis in (ax.xaxis, ax.yaxis) for place, tick in zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True)
             if ax.axison and min(axis.get_view_interval()) <= place <= max(axis.get_view_interval())]  # others are not drawn
    names = [ax.xaxis.label, ax.yaxis.label] if ax.axison else []
    texts = [*titles, *ax.texts, *ticks, *names, *(legend.get_texts() if legend else [])]
    return [(text.get_text(), polygon(text, renderer) * 72 / figure.dpi) for text in texts if text.get_visible() and text.get_text().strip()]


def polygon(text, renderer):
    """Return the four corners of a text as it is drawn, in pixels."""
    turned, anchor = text.get_rotation(), text.get_transform().transform(text.get_unitless_position())
    assert turned == 0 or text.get_rotation_mode() == "anchor", "only a text turned about its anchor is measured here"
    text.set_rotation(0)
    box = text.get_window_extent(renderer)
    text.set_rotation(turned)
    corners = np.array([(box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)]) - anchor
    c, s = math.cos(math.radians(turned)), math.sin(math.radians(turned))
    return corners @ np.array([[c, s], [-s, c]]) + anchor


def overlap(first, second):
    """Tell whether two convex polygons share more than an edge (separating axes)."""
    for corners in (first, second):
        for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            normal = np.array([end[1] - start[1], start[0] - end[0]])
            normal = normal / (np.linalg.norm(normal) or 1)
            a, b = first @ normal, second @ normal
            if a.max() - TOLERANCE <= b.min() or b.max() - TOLERANCE <= a.min():
                return False
    return True


def overlapping(ax):
    """Return the pairs of labels that overlap."""
    boxes = label_boxes(ax)
    return [(name, other) for number, (name, first) in enumerate(boxes) for other, second in boxes[number + 1 :] if overlap(first, second)]


def outside(ax):
    """Return the labels that reach beyond the picture as it is saved, cut to what is drawn."""
    figure = ax.figure
    figure.draw_without_rendering()
    box = figure.get_tightbbox(figure.canvas.get_renderer())
    return [name for name, corners in label_boxes(ax) if (corners / 72 < (box.x0 - 0.05, box.y0 - 0.05)).any() or (corners / 72 > (box.x1 + 0.05, box.y1 + 0.05)).any()]


def texts(ax):
    """Return what the labels of some axes say."""
    return [text.get_text() for text in ax.texts]
