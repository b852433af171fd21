FROM python:3.12-slim AS builder
# Empty, llama-cpp-python is compiled for the processor that builds the image;
# for an image that travels: --build-arg CMAKE_ARGS=-DGGML_NATIVE=OFF
ARG CMAKE_ARGS=""
RUN apt-get update \
    && apt-get install --yes --no-install-recommends build-essential cmake \
    && rm -rf /var/lib/apt/lists/*
RUN python -m venv /opt/troupe
ENV PATH=/opt/troupe/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
COPY requirements-build.lock requirements.lock requirements-demo.lock ./
RUN pip install --require-hashes -r requirements-build.lock
RUN pip install --require-hashes --no-build-isolation -r requirements.lock
RUN pip install --require-hashes --no-deps -r requirements-demo.lock
COPY . .
RUN pip install --no-deps --no-build-isolation .

FROM python:3.12-slim
# libgomp1: llama.cpp computes with OpenMP
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 troupe \
    && install --directory --owner troupe --group troupe /data
COPY --from=builder /opt/troupe /opt/troupe
ENV PATH=/opt/troupe/bin:$PATH PYTHONUNBUFFERED=1 TROUPE_DATA=/data
USER troupe
WORKDIR /data
VOLUME /data
ENTRYPOINT ["troupe"]
CMD ["run"]
