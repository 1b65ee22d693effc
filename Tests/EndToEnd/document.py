"""The parts of a Markdown page that tests read: its blocks, and the lines between them."""


def parts(page):
    """(line number, what follows the ```, text) of each block; (line number, None, text) of each line outside."""
    block, info, first = None, "", 0
    for number, line in enumerate(page.splitlines(), 1):
        if block is None and line.startswith("```"):
            block, info, first = [], line[3:], number + 1
        elif block is None:
            yield number, None, line
        elif line == "```":
            yield first, info, "\n".join(block)
            block = None
        else:
            block.append(line)
