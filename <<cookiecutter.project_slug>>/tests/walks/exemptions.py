"""Exemptions from the walks, each with its reason."""

# Paths that everybody may use without authentication, below the root of an API.
PUBLIC = {
    "": "The root of an API answers 404.",
    "schema/": "The document of a public API.",
    "docs/": "Its pages.",
}

# Lists in which every user sees the same rows, below the root of an API.
SHARED: dict[str, str] = {
    # Such as "countries/": "They are the same for everybody."
    # % if cookiecutter.use_example
    "products/": "The catalog is for everybody.",
    # % endif
}
