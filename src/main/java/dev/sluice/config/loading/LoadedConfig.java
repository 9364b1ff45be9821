package dev.sluice.config.loading;

import dev.sluice.binding.ConfigProblem;
import dev.sluice.config.SluiceConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The result of loading a config file: accepted whole, or refused whole. */
public sealed interface LoadedConfig {

    /**
     * The secret files that the config names, including those that could not be read. A change of one of them may
     * change the result.
     */
    Set<Path> secretFiles();

    /**
     * @param revision 12 hex digits that change when the text, or anything it resolves to, changes
     * @param warnings problems that did not prevent acceptance, in file order
     * @param off disabled providers, each with the reason, in file order
     */
    record Ok(
            SluiceConfig config,
            String revision,
            List<ConfigProblem> warnings,
            Map<String, String> off,
            Set<Path> secretFiles)
            implements LoadedConfig {}

    /** @param problems every reason for the refusal, in file order; never empty */
    record Refused(List<ConfigProblem> problems, Set<Path> secretFiles) implements LoadedConfig {}
}
