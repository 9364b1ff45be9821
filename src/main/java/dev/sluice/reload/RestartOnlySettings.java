package dev.sluice.reload;

import dev.sluice.config.LoopbackAddress;
import dev.sluice.config.ServerConfig;
import dev.sluice.config.SluiceConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What was settled at the start and no edit changes: where Sluice listens, and whether it counts. */
final class RestartOnlySettings {

    private final SluiceConfig started;
    private final ServerConfig address;

    RestartOnlySettings(SluiceConfig started, ServerConfig address) {
        this.started = started;
        this.address = address;
    }

    /**
     * True when a config that is good for a start would open the listener that runs. Its own check looks at the file's
     * host, which a flag may have overridden, and which takes effect at the next start only, while its keys take effect
     * at once.
     */
    boolean exposedBy(SluiceConfig next) {
        return next.auth().open() && !LoopbackAddress.is(address.host());
    }

    String exposure() {
        return "there are no keys any more, while Sluice listens on " + address.host()
                + ", which is not loopback (expected: at least one key, until a restart moves the listener)";
    }

    /** The keys whose values differ from those of the start and cannot follow. */
    List<String> restartNeeded(SluiceConfig next) {
        ServerConfig before = started.server();
        ServerConfig now = next.server();
        List<String> keys = new ArrayList<>();
        if (!before.host().equals(now.host())) {
            keys.add("server.host");
        }
        if (before.port() != now.port()) {
            keys.add("server.port");
        }
        if (!before.admin().equals(now.admin())) {
            keys.add("server.admin");
        }
        if (!Objects.equals(before.tls(), now.tls())) {
            keys.add("server.tls");
        }
        if (!started.metrics().equals(next.metrics())) {
            keys.add("metrics.enabled");
        }
        return keys;
    }
}
