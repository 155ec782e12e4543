"""What draws the built-in samples: two imagined subjects, and one of real handwriting.

Each of ``prints``, ``leaves`` and ``digits`` offers the same three names: ``CLASSES``, ``COUNT``
(images a class) and ``photo(label, index)``, the encoded JPEG of one image. An image depends on
its label and index alone, so a few can be made without making all.
"""
