package dev.sluice.bench;

import dev.sluice.bench.measure.RemoteJvm;
import dev.sluice.bench.proxy.Baselines;
import dev.sluice.bench.proxy.JvmCommand;
import dev.sluice.bench.proxy.PlainProxy;
import dev.sluice.bench.proxy.Programs;
import dev.sluice.bench.proxy.Proxy;
import dev.sluice.bench.proxy.SluiceProxy;
import dev.sluice.bench.report.Results;
import dev.sluice.bench.wire.Transport;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** All processes of a run, and the event loops of the load. Only one proxy is under load at a time. */
final class Testbed implements AutoCloseable {

    /** One thread is more than these need, and leaves the rest of a small machine to the proxy under test. */
    private static final int LOAD_THREADS = 1;

    private static final int UPSTREAM_THREADS = 1;

    private final Progress progress;
    private final EventLoopGroup loops = Transport.group(LOAD_THREADS);
    private final PlainProxy upstream;
    private final SluiceProxy sluice;
    private final List<Proxy> proxies = new ArrayList<>();
    private RemoteJvm sluiceJvm;

    Testbed(Path directory, JvmCommand jvm, Plan plan, Results results, Progress progress) throws IOException {
        this.progress = progress;
        Baselines baselines = new Baselines(directory, jvm);
        upstream = baselines.upstream(UPSTREAM_THREADS);
        try {
            sluice = SluiceProxy.start(directory, jvm, upstream.port());
            proxies.add(sluice);
            addBaselines(baselines, plan, results);
        } catch (IOException failure) {
            close();
            throw failure;
        }
    }

    Progress progress() {
        return progress;
    }

    EventLoopGroup loops() {
        return loops;
    }

    SluiceProxy sluice() {
        return sluice;
    }

    /** The upstream itself, for the cost of a response without a proxy. */
    Proxy direct() {
        return upstream;
    }

    /**
     * Sluice and the baselines, in reverse order in every second round, so that slow drift affects all of them equally.
     */
    List<Proxy> proxiesInRound(int round) {
        List<Proxy> order = new ArrayList<>(proxies);
        if (round % 2 == 1) {
            Collections.reverse(order);
        }
        return order;
    }

    /** Attached at the first call, because the agent uses memory. */
    RemoteJvm sluiceJvm() throws IOException {
        if (sluiceJvm == null) {
            sluiceJvm = RemoteJvm.attach(sluice.child().pid());
        }
        return sluiceJvm;
    }

    @Override
    public void close() {
        if (sluiceJvm != null) {
            try {
                sluiceJvm.close();
            } catch (IOException alreadyGone) {
                progress.say("the observed JVM had already ended: %s", alreadyGone.getMessage());
            }
        }
        proxies.forEach(Proxy::close);
        upstream.close();
        Transport.end(loops);
    }

    private void addBaselines(Baselines baselines, Plan plan, Results results) throws IOException {
        int port = upstream.port();
        if (plan.proxies().contains(Baselines.HAPROXY)) {
            Optional<Path> haproxy = program(Baselines.HAPROXY, "apt-get install haproxy", results);
            if (haproxy.isPresent()) {
                proxies.add(baselines.haproxy(haproxy.get(), port, Plan.THREADS));
            }
        }
        if (plan.proxies().contains(Baselines.NGINX)) {
            Optional<Path> nginx = program(Baselines.NGINX, "apt-get install nginx-light", results);
            if (nginx.isPresent()) {
                proxies.add(baselines.nginx(nginx.get(), port, Plan.THREADS));
            }
        }
        if (plan.proxies().contains(Baselines.VERTX)) {
            proxies.add(baselines.vertx(port, Plan.THREADS));
        }
    }

    private Optional<Path> program(String name, String install, Results results) {
        Optional<Path> program = Programs.find(name);
        if (program.isEmpty()) {
            results.note(name + " is not on this machine and was not measured: " + install);
        }
        return program;
    }
}
