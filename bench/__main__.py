"""`python -m bench`: every bench at its small size, one line each."""

from __future__ import annotations

from bench import answers, gate, imports, likeness, marks, matching, names, search, vault
from bench.ground import open_ground


def main() -> None:
    """Run them on one ground; nothing of it stays."""
    print(likeness.run(), flush=True)
    with open_ground() as ground:
        for bench in (vault, imports, marks, search, names, matching, gate, answers):
            print(bench.run(ground), flush=True)


if __name__ == "__main__":
    main()
