package dev.sluice.config;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the listeners and the virtual keys must agree on, so that Sluice is never open to the network by accident. */
final class AccessRules {

    private final Findings findings;

    AccessRules(Findings findings) {
        this.findings = findings;
    }

    void check(SluiceConfig config) {
        listeners(config.server(), config.auth());
        pepper(config.auth());
        uniqueIds(config.auth().keys());
    }

    private void listeners(ServerConfig server, AuthConfig auth) {
        if (!Loopback.is(server.host()) && auth.open()) {
            findings.error(
                    "server.host",
                    findings.quote("server.host") + " can be reached from other machines, and auth.keys is"
                            + " empty (expected: a loopback address, or at least one key)");
        }
        if (!Loopback.is(server.admin().host())) {
            findings.error(
                    "server.admin.host", findings.quote("server.admin.host") + " (expected: a loopback address)");
        }
    }

    private void pepper(AuthConfig auth) {
        List<ConfigProblem> unresolved = findings.takeMissing("auth.pepper");
        if (auth.open()) {
            return;
        }
        findings.missingAreErrors(unresolved);
        if (auth.pepper() == null && !findings.present("auth.pepper")) {
            findings.error("auth.keys", "keys need auth.pepper, the secret their hashes were made with");
        }
    }

    private void uniqueIds(List<AuthConfig.StaticKey> keys) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < keys.size(); i++) {
            AuthConfig.StaticKey key = keys.get(i);
            if (key == null || key.id() == null) {
                continue;
            }
            String path = ConfigPath.item("auth.keys", i);
            if (!seen.add(key.id())) {
                findings.error(
                        path + ".id",
                        findings.quote(path + ".id") + " is the id of an earlier key (expected: one of its own)");
            }
            ModelPatterns.check(key.models(), path + ".models", findings);
        }
    }
}
