package dev.sluice.bench;

import dev.sluice.bench.measure.JvmWatch;
import dev.sluice.bench.proxy.Baselines;
import dev.sluice.bench.proxy.Java;
import dev.sluice.bench.proxy.PlainProxy;
import dev.sluice.bench.proxy.Programs;
import dev.sluice.bench.proxy.Proxy;
import dev.sluice.bench.proxy.SluiceProxy;
import dev.sluice.bench.report.Findings;
import dev.sluice.bench.wire.Transport;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Every process of a run, and the event loops of the load. Only one proxy is loaded at a time. */
final class Scene implements AutoCloseable {

    /** One thread is far more than these need, and leaves the rest of a small machine to who is measured. */
    private static final int LOAD_THREADS = 1;

    private static final int UPSTREAM_THREADS = 1;

    private final Progress progress;
    private final EventLoopGroup loops = Transport.group(LOAD_THREADS);
    private final PlainProxy upstream;
    private final SluiceProxy sluice;
    private final List<Proxy> proxies = new ArrayList<>();
    private JvmWatch sluiceJvm;

    Scene(Path directory, Java java, Plan plan, Findings findings, Progress progress) throws IOException {
        this.progress = progress;
        Baselines baselines = new Baselines(directory, java);
        upstream = baselines.upstream(UPSTREAM_THREADS);
        try {
            sluice = SluiceProxy.start(directory, java, upstream.port());
            proxies.add(sluice);
            addBaselines(baselines, plan, findings);
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

    /** What an answer costs without any proxy. */
    Proxy direct() {
        return upstream;
    }

    /** Sluice and the baselines, there and back: nobody always follows the same one. */
    List<Proxy> inRound(int round) {
        List<Proxy> order = new ArrayList<>(proxies);
        if (round % 2 == 1) {
            Collections.reverse(order);
        }
        return order;
    }

    /** Attached when first asked for, since the agent takes memory. */
    JvmWatch sluiceJvm() throws IOException {
        if (sluiceJvm == null) {
            sluiceJvm = JvmWatch.attach(sluice.child().pid());
        }
        return sluiceJvm;
    }

    @Override
    public void close() {
        if (sluiceJvm != null) {
            try {
                sluiceJvm.close();
            } catch (IOException alreadyGone) {
                progress.say("the JVM watched had ended: %s", alreadyGone.getMessage());
            }
        }
        proxies.forEach(Proxy::close);
        upstream.close();
        Transport.end(loops);
    }

    private void addBaselines(Baselines baselines, Plan plan, Findings findings) throws IOException {
        int port = upstream.port();
        if (plan.proxies().contains(Baselines.HAPROXY)) {
            Optional<Path> haproxy = program(Baselines.HAPROXY, "apt-get install haproxy", findings);
            if (haproxy.isPresent()) {
                proxies.add(baselines.haproxy(haproxy.get(), port, Plan.THREADS));
            }
        }
        if (plan.proxies().contains(Baselines.NGINX)) {
            Optional<Path> nginx = program(Baselines.NGINX, "apt-get install nginx-light", findings);
            if (nginx.isPresent()) {
                proxies.add(baselines.nginx(nginx.get(), port, Plan.THREADS));
            }
        }
        if (plan.proxies().contains(Baselines.VERTX)) {
            proxies.add(baselines.vertx(port, Plan.THREADS));
        }
    }

    private Optional<Path> program(String name, String install, Findings findings) {
        Optional<Path> program = Programs.find(name);
        if (program.isEmpty()) {
            findings.note(name + " is not on this machine and was not measured: " + install);
        }
        return program;
    }
}
