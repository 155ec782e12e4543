"""Files that mean harm, or only bad luck: how they are made, and what each of them gets.

``table.py`` says it for images, ``table_archives.py`` for names and archives.
"""
