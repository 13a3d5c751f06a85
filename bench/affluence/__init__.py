"""``make affluence``: many readers at their own pace on a real département, served as in production.

PostgreSQL of its own, gunicorn as ``deploiement/maillage-web.service`` starts it, a worker, nginx as
``deploiement/nginx.conf.exemple`` sets it; readers who pause; connections that crawl.
"""
