package dev.sluice.reload;

import dev.sluice.config.LoopbackAddress;
import dev.sluice.config.ServerConfig;
import dev.sluice.config.SluiceConfig;
import java.util.ArrayList;
import java.util.List;

/** Settings that take effect only at a start: the listeners, and whether metrics are recorded. */
final class RestartOnlySettings {

    private final SluiceConfig started;
    private final ServerConfig address;

    RestartOnlySettings(SluiceConfig started, ServerConfig address) {
        this.started = started;
        this.address = address;
    }

    /**
     * Whether a config that is valid at a start would leave the running listener open to the network. The check of the
     * file uses the host of the file, which a flag may have overridden and which takes effect at the next start, while
     * its keys take effect at once.
     */
    boolean exposedBy(SluiceConfig next) {
        return next.auth().open() && !LoopbackAddress.is(address.host());
    }

    String exposure() {
        return "no key is required, but Sluice listens on " + address.host()
                + ", which other machines can reach (expected: one of auth.keys, auth.jwt or auth.required)";
    }

    /** The changed keys that take effect at the next start only. */
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
        // A new certificate is used at once.
        if ((before.tls() == null) != (now.tls() == null)
                || before.tls() != null
                        && (before.tls().clientCa() == null) != (now.tls().clientCa() == null)) {
            keys.add("server.tls");
        }
        if (!started.metrics().equals(next.metrics())) {
            keys.add("metrics.enabled");
        }
        return keys;
    }
}
