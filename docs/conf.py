"""Settings of Sphinx for the handbook. scripts/handbook builds it."""

project = "django-expert"
html_title = "django-expert"
extensions = ["myst_parser"]
exclude_patterns: list[str] = []
nitpicky = True
highlight_language = "text"
myst_heading_anchors = 3
myst_html_meta = {
    "description": "The handbook of django-expert, a Cookiecutter template for Django projects with an API."
}
html_theme = "furo"
html_static_path = ["_static"]
html_favicon = "_static/favicon.svg"
html_css_files = ["handbook.css"]
html_js_files = ["handbook.js"]
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
