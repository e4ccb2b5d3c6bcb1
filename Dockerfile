# syntax=docker/dockerfile:1
FROM node:24-slim AS client
WORKDIR /client
COPY client/package.json client/package-lock.json ./
COPY client/packages/api/package.json packages/api/
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY client .
RUN npm run --silent build

FROM python:3.13-slim AS build
WORKDIR /app
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt
COPY . .
COPY --from=client /client/dist client/dist
RUN python -m whitenoise.compress --quiet client/dist map png
# Needs settings but no database.
RUN DATABASE_URL=postgresql://build/build SECRET_KEY=$(python -c "import secrets; print(secrets.token_urlsafe(50))") \
    ALLOWED_HOSTS=localhost python manage.py collectstatic --no-input -v 0

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home moviebooking
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PORT=8000
USER moviebooking
EXPOSE 8000
# Of the web process alone: what else runs in this image has no port to ask.
HEALTHCHECK --start-period=20s CMD ! grep -q gunicorn /proc/1/cmdline || python -c "import os, urllib.request as r; \
    r.urlopen(r.Request('http://127.0.0.1:%s/health/live/' % os.environ['PORT'], \
    headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0].strip().lstrip('.')}), timeout=5)"
CMD ["gunicorn", "core.wsgi:application", "--preload"]
