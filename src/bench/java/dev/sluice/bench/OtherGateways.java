package dev.sluice.bench;

import dev.sluice.bench.proxy.Programs;
import dev.sluice.bench.report.Results;
import java.util.Map;

/**
 * Other LLM gateways. The report names them but does not measure them: each needs its own setup for a fair comparison.
 */
final class OtherGateways {

    private static final Map<String, String> INSTALL_COMMANDS = Map.of(
            "litellm", "pip install 'litellm[proxy]'",
            "portkey-gateway", "npm install -g @portkey-ai/gateway");

    private OtherGateways() {}

    static void note(Results results) {
        INSTALL_COMMANDS.forEach((program, install) -> results.note(
                Programs.find(program).isPresent()
                        ? program + " is on this machine; the benchmark does not measure it"
                        : program + " is not on this machine (" + install + "); the benchmark does not measure it"));
    }
}
