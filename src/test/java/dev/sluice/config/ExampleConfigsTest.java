package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The example configurations are valid on a new machine. */
class ExampleConfigsTest {

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("conf"))) {
            return files.filter(file -> file.toString().endsWith(".yaml")).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyFileInConfIsValid(Path file) throws IOException {
        Map<String, String> env = Map.of("SLUICE_PEPPER", "a secret of the operator");

        LoadedConfig loaded = ConfigLoader.parse(Files.readString(file), file.toString(), env::get, file.getParent());

        assertThat(loaded).isInstanceOf(LoadedConfig.Ok.class);
        LoadedConfig.Ok ok = (LoadedConfig.Ok) loaded;
        assertThat(ok.warnings()).isEmpty();
        assertThat(ok.config().models()).isNotEmpty();
    }
}
