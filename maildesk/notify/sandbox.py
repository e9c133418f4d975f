"""Jinja's sandbox for the templates, quick about what is known to be harmless: a letter calls a hundred macros.

It allows nothing that jinja's does not: a macro is the templates' own and may always be called, and so is what one
of them shows under a name without an underscore. All else is asked about as ever.
"""

from typing import Any

from jinja2 import Undefined
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro
from jinja2.sandbox import SandboxedEnvironment


class Sandbox(SandboxedEnvironment):
    """In a mapping a key stands before a method of the same name, so that facts may have any name."""

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        if type(__obj) is Macro:
            # What `Context.call` does with a macro, once it has found out that it is one.
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
            return __obj(__context.eval_ctx, *args, **kwargs)
        return super().call(__context, __obj, *args, **kwargs)

    def getattr(self, obj: Any, attribute: str) -> Any | Undefined:
        if type(obj) is dict:
            if attribute in obj:
                return obj[attribute]
        elif type(obj) is TemplateModule and attribute[0] != "_" and attribute in obj.__dict__:
            return obj.__dict__[attribute]
        return super().getattr(obj, attribute)
