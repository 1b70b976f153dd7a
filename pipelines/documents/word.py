"""DOCX from a template a clerk edits in WPS: fields between `{{ }}`, the same input gives the same bytes."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any

from docx.opc.exceptions import OpcError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import XMLSyntaxError

from pipelines.documents.fonts import shown, texts_of
from pipelines.errors import CockpitError

# A zip's own first moment, so that the time of making leaves no mark.
_FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def fill_docx(template: Path | bytes, data: dict[str, Any]) -> bytes:
    """Fill the fields of a DOCX template, a file or one just made.

    A template is a clerk's: it may name only fields of `data` (CockpitError names the file and the field) and
    do nothing but print them. Texts are escaped, so `<`, `&` or `{{` in a name print as they are.
    """
    for text in texts_of(data):
        if bad := _NOT_IN_XML.search(text):
            raise CockpitError(f"「{shown(text)}」 cannot stand in a DOCX: it holds U+{ord(bad[0]):04X}")
    document = open_template(template)
    name = template if isinstance(template, Path) else "the default template"
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    try:
        unknown = sorted(document.get_undeclared_template_variables(environment, context=data))
        if unknown:
            raise CockpitError(
                f"{name}: unknown field {', '.join(unknown)}; known are {', '.join(sorted(data))}"
            )
        document.render(data, environment, autoescape=True)
        filled = io.BytesIO()
        document.save(filled)
    except UndefinedError as error:
        raise CockpitError(f"{name}: unknown field: {error.message}") from error
    except TemplateSyntaxError as error:
        raise CockpitError(f"{name}: a field is not written as it should be: {error.message}") from error
    except (TemplateError, XMLSyntaxError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        raise CockpitError(f"{name}: cannot be filled: {' '.join(str(error).split())}") from error
    return settled_zip(filled.getvalue())


def open_template(template: Path | bytes) -> DocxTemplate:
    """Open a DOCX. Raises CockpitError where it is none or cannot be read."""
    try:
        document = DocxTemplate(io.BytesIO(template.read_bytes() if isinstance(template, Path) else template))
        document.init_docx()
    except OSError as error:
        raise CockpitError(f"{template}: cannot be read: {error.strerror}") from error
    except (OpcError, zipfile.BadZipFile, XMLSyntaxError, KeyError, ValueError, AttributeError) as error:
        raise CockpitError(
            f"{template}: is no DOCX; save it as .docx (WPS: 另存为 Microsoft Word 文件)"
        ) from error
    return document


def settled_zip(content: bytes) -> bytes:
    """The same archive without the time and the machine it was made by."""
    settled = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as made,
        zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in made.namelist():
            entry = zipfile.ZipInfo(name, _FIRST_MOMENT)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            archive.writestr(entry, made.read(name))
    return settled.getvalue()
