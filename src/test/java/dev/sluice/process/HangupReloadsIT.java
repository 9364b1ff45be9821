package dev.sluice.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGHUP reloads; it ended the process before. */
class HangupReloadsIT {

    @TempDir
    Path folder;

    @Test
    void theProcessServesOnAndReadsItsFile() throws Exception {
        Path file = Files.writeString(folder.resolve("sluice.yaml"), """
            server: { port: 0, admin: { port: 0 }, drain: 1s }
            store: { enabled: false }
            providers: { sim: { type: simulator } }
            """);
        try (SluiceProcess sluice = SluiceProcess.serve(Map.of(), file)) {
            sluice.signal("HUP");
            await().atMost(Duration.ofSeconds(10)).until(() -> sluice.out().contains("SIGHUP: reloading"));
            assertThat(sluice.chat().get("/models").statusCode()).isEqualTo(200);

            sluice.terminate();
            assertThat(sluice.end().exit()).isZero();
        }
    }
}
