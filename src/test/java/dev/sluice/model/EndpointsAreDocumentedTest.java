package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of auth.md has every name that {@code endpoints} of a key may have, with its path. */
class EndpointsAreDocumentedTest {

    @Test
    void everyNameIsInTheTableWithItsPath() throws IOException {
        String page = Files.readString(Path.of("src/docs/auth.md"));

        assertThat(Arrays.stream(Surface.values())
                        .filter(surface -> !Pattern.compile(
                                        "^\\|.*`" + surface.label() + "`.*`" + Pattern.quote(surface.path()) + "[`/]",
                                        Pattern.MULTILINE)
                                .matcher(page)
                                .find()))
                .isEmpty();
        assertThat(page).contains("| `" + Principal.ACCOUNT + "` |");
    }
}
