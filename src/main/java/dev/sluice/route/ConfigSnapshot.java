package dev.sluice.route;

import dev.sluice.config.SluiceConfig;
import java.util.concurrent.atomic.AtomicInteger;

/** One config at work. A request keeps the one it began with, to its end. */
public class ConfigSnapshot {

    private final SluiceConfig config;
    private final String revision;
    private final RouteTable routes;
    private final AtomicInteger users = new AtomicInteger();

    /** @param revision the config's revision */
    public ConfigSnapshot(SluiceConfig config, String revision, RouteTable routes) {
        this.config = config;
        this.revision = revision;
        this.routes = routes;
    }

    public SluiceConfig config() {
        return config;
    }

    public String revision() {
        return revision;
    }

    public RouteTable routes() {
        return routes;
    }

    /** The request that {@link ActiveConfig#enter entered} has ended. */
    public void leave() {
        users.decrementAndGet();
    }

    void join() {
        users.incrementAndGet();
    }

    boolean inUse() {
        return users.get() > 0;
    }
}
