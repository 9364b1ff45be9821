package dev.sluice.bench.proxy;

import dev.sluice.bench.upstream.Upstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Starts the upstream and the proxies that Sluice is compared with.
 *
 * @param directory for configurations and logs
 */
public record Baselines(Path directory, JvmCommand jvm) {

    public static final String DIRECT = "direct";
    public static final String HAPROXY = "haproxy";
    public static final String NGINX = "nginx";
    public static final String VERTX = "vertx";

    private static final Pattern READY = Pattern.compile("ready on port (\\d+)");

    /** The upstream itself, without a proxy. */
    public PlainProxy upstream(int threads) throws IOException {
        // Room for minutes without a collection: a pause here would be charged to the proxy under test.
        JvmCommand largeHeap = jvm.minimal()
                .with("-XX:+UseSerialGC")
                .with("-Xms640m")
                .with("-Xmx640m")
                .with("-Xmn600m");
        ChildProcess child =
                ChildProcess.start(DIRECT, directory, largeHeap.mainClass(Upstream.class, Integer.toString(threads)));
        return new PlainProxy(
                DIRECT, child, Integer.parseInt(child.awaitLine(READY).group(1)), true);
    }

    /** A bare reverse proxy on Vert.x, with the same JVM flags as Sluice. */
    public PlainProxy vertx(int upstream, int threads) throws IOException {
        ChildProcess child = ChildProcess.start(
                VERTX,
                directory,
                jvm.withoutArchive().mainClass(BareVertx.class, Integer.toString(upstream), Integer.toString(threads)));
        return new PlainProxy(
                VERTX, child, Integer.parseInt(child.awaitLine(READY).group(1)), true);
    }

    public PlainProxy haproxy(Path program, int upstream, int threads) throws IOException {
        int port = FreePort.find();
        Path config = write("haproxy.cfg", """
            global
                nbthread %d
                maxconn 8000
            defaults
                mode http
                option http-keep-alive
                option http-no-delay
                http-reuse always
                timeout connect 5s
                timeout client 60s
                timeout server 60s
            frontend clients
                bind 127.0.0.1:%d
                default_backend upstream
            backend upstream
                server upstream 127.0.0.1:%d pool-max-conn -1
            """.formatted(threads, port, upstream));
        ChildProcess child =
                ChildProcess.start(HAPROXY, directory, List.of(program.toString(), "-db", "-f", config.toString()));
        FreePort.await(child, port);
        return new PlainProxy(HAPROXY, child, port, false);
    }

    public PlainProxy nginx(Path program, int upstream, int threads) throws IOException {
        int port = FreePort.find();
        Path config = write("nginx.conf", """
            daemon off;
            worker_processes %1$d;
            worker_rlimit_nofile 18000;
            pid %4$s/nginx.pid;
            error_log stderr warn;
            events { worker_connections 8000; }
            http {
                access_log off;
                client_body_temp_path %4$s/nginx-body;
                proxy_temp_path %4$s/nginx-proxy;
                fastcgi_temp_path %4$s/nginx-fastcgi;
                uwsgi_temp_path %4$s/nginx-uwsgi;
                scgi_temp_path %4$s/nginx-scgi;
                keepalive_requests 100000000;
                client_max_body_size 20m;
                client_body_buffer_size 256k;
                upstream model {
                    server 127.0.0.1:%3$d;
                    keepalive 4096;
                    keepalive_requests 100000000;
                }
                server {
                    listen 127.0.0.1:%2$d;
                    location / {
                        proxy_pass http://model;
                        proxy_http_version 1.1;
                        proxy_set_header Connection "";
                        proxy_buffering off;
                    }
                }
            }
            """.formatted(threads, port, upstream, directory.toAbsolutePath()));
        ChildProcess child = ChildProcess.start(
                NGINX,
                directory,
                List.of(
                        program.toString(),
                        "-e",
                        "stderr",
                        "-c",
                        config.toAbsolutePath().toString()));
        FreePort.await(child, port);
        return new PlainProxy(NGINX, child, port, false);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(Files.createDirectories(directory).resolve(name), text);
    }
}
