package dev.sluice.route;

import dev.sluice.config.SluiceConfig;
import java.util.concurrent.atomic.AtomicInteger;

/** One loaded configuration with its routes. A request uses the same snapshot from start to end. */
public class ConfigSnapshot {

    private final SluiceConfig config;
    private final String revision;
    private final RouteTable routes;
    private final AtomicInteger users = new AtomicInteger();

    /** @param revision identifies the configuration in logs and in the admin API */
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

    /** Releases the snapshot when the request that {@link ActiveConfig#acquire acquired} it has ended. */
    public void release() {
        users.decrementAndGet();
    }

    void retain() {
        users.incrementAndGet();
    }

    boolean inUse() {
        return users.get() > 0;
    }
}
