"""Templates as they are set on a page: no line breaks before « : », nor inside quotation marks.

Whoever writes a template types ordinary spaces; they become unbreakable once, when the template is loaded,
so that a page costs nothing for it. What a variable brings is set by the filter ``typo``.
"""

import re

from django.template import Origin
from django.template.loaders import app_directories

from maillage.francais import typeset

# What is not text: code and what people typed, tags (which may hold Django's), then Django's own marks.
_DJANGO = r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}"
_CODE = re.compile(
    r"<!--.*?-->"
    r"|<(script|style|pre|code|textarea|title|option)\b.*?</\1>"
    r"|\{% comment %\}.*?\{% endcomment %\}"
    rf"|<(?:{_DJANGO}|[^<>])*>"
    rf"|{_DJANGO}",
    re.DOTALL,
)


def set_template(source: str) -> str:
    """The same template, each character in its place, with the spaces of French typography in its text.

    >>> set_template('<p title="a : b">« {{ nom }} » ; oui</p><code>a : b</code>').replace("\\xa0", "~")
    '<p title="a : b">«~{{ nom }}~»\\u202f; oui</p><code>a : b</code>'
    """
    made, end = [], 0
    for found in _CODE.finditer(source):
        made += [typeset(source[end : found.start()]), found[0]]
        end = found.end()
    return "".join((*made, typeset(source[end:])))


class Loader(app_directories.Loader):
    """The templates of our applications; those of pages come set."""

    def get_contents(self, origin: Origin) -> str:
        """The text of a template; raises ``TemplateDoesNotExist``."""
        source: str = super().get_contents(origin)
        return set_template(source) if origin.name.endswith(".html") else source
