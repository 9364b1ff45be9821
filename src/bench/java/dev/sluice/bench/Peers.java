package dev.sluice.bench;

import dev.sluice.bench.proxy.Programs;
import dev.sluice.bench.report.Findings;
import java.util.Map;

/** Other gateways. They are named, not measured: each needs a set-up of its own to be treated fairly. */
final class Peers {

    private static final Map<String, String> INSTALL = Map.of(
            "litellm", "pip install 'litellm[proxy]'",
            "portkey-gateway", "npm install -g @portkey-ai/gateway");

    private Peers() {}

    static void lookFor(Findings findings) {
        INSTALL.forEach((program, install) -> findings.note(
                Programs.find(program).isPresent()
                        ? program + " is on this machine; bench does not measure it"
                        : program + " is not on this machine (" + install + "); bench does not measure it"));
    }
}
