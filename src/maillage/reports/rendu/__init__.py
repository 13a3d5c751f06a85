"""Pictures drawn by the server as SVG text: no script, no inline style, the same on screen and paper."""
