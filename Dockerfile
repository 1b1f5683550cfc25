# Three images of one source: `pages` for web, upload, mail, log and beat; `pictures` with the models, for images, text, sweep
# and releases; `backup`, which is the latter with PostgreSQL's client programs. None holds a secret, a compiler, npm or this
# file's first two stages.
#   for target in pages pictures backup; do docker build --target $target -t mpm-$target . || break; done

FROM python:3.13-slim-trixie AS source
WORKDIR /srv/mpm/site
COPY . .
# Front-end files and translations come from the locks and are made here; the tools that make them stay behind.
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements.txt \
    && .venv/bin/python -c "from deploy.local import frontend; frontend.install_and_copy(development=False)" \
    && .venv/bin/python -m mpm_site.catalogues locale \
    && rm -rf .venv node_modules tests bench

FROM python:3.13-slim-trixie AS packages-pages
COPY requirements*.txt /tmp/
RUN python -m venv /srv/mpm/venv \
    && /srv/mpm/venv/bin/pip install --no-cache-dir --require-hashes --no-deps \
        -r /tmp/requirements.txt -r /tmp/requirements-mail.txt -r /tmp/requirements-s3.txt

FROM packages-pages AS packages-pictures
RUN /srv/mpm/venv/bin/pip install --no-cache-dir --require-hashes --no-deps \
        -r /tmp/requirements-screening.txt -r /tmp/requirements-releases.txt

FROM python:3.13-slim-trixie AS base
# mpm-log signs the log, and is another user: what web could read it could sign with.
RUN groupadd --gid 10001 mpm && useradd --uid 10001 --gid mpm --no-create-home --shell /usr/sbin/nologin mpm \
    && useradd --uid 10002 --gid mpm --no-create-home --shell /usr/sbin/nologin mpm-log \
    && install -d -o mpm -g mpm -m 700 /srv/mpm/keyring /srv/mpm/keyring-mail /srv/mpm/objects /srv/mpm-copy/keys /srv/mpm-said \
    && install -d -o mpm -g mpm -m 755 /srv/mpm/static /srv/mpm/beat \
    && install -d -o mpm-log -g mpm -m 755 /srv/mpm-log \
    && install -d -o mpm-log -g mpm -m 700 /srv/mpm-log/keys \
    && install -d -o mpm-log -g mpm -m 755 /srv/mpm-log/public \
    && install -d -o mpm-log -g mpm -m 2750 /srv/mpm-copy/log
COPY --from=source /srv/mpm/site /srv/mpm/site
ENV PATH=/srv/mpm/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PYTHONPATH=/srv/mpm/site \
    DJANGO_SETTINGS_MODULE=mpm_site.settings HOME=/tmp
WORKDIR /srv/mpm/site
USER mpm

FROM base AS pages
COPY --from=packages-pages /srv/mpm/venv /srv/mpm/venv

FROM base AS pictures
COPY --from=packages-pictures /srv/mpm/venv /srv/mpm/venv

FROM pictures AS backup
USER root
# Of the server's version or newer: compose.yaml takes PostgreSQL 17, which this system has.
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*
USER mpm
