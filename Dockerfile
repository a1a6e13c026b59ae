# The binary and nothing else: the page is inside it, the graph in a volume.
FROM golang:1.26.8-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags=-s -o /out/zhitu ./cmd/zhitu \
 && mkdir -p /out/data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/zhitu /zhitu
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
VOLUME /data
EXPOSE 8080
# Inside the container every address is foreign; who runs it decides who
# reaches the port (docker-compose.yml publishes it on loopback only).
ENV ZHITU_DATA=/data ZHITU_ADDR=0.0.0.0:8080 ZHITU_TRUST_NETWORK=1
ENTRYPOINT ["/zhitu"]
