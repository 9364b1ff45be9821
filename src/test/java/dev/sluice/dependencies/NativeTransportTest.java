package dev.sluice.dependencies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import org.junit.jupiter.api.Test;

/** The native library and its classes are older than the rest of Netty, see {@code pom.xml}; they work together. */
class NativeTransportTest {

    @Test
    void epollIsUsedWhereItsLibraryIsBuiltFor() {
        boolean builtFor = System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        try {
            assertThat(vertx.isNativeTransportEnabled())
                    .as("%s", vertx.unavailableNativeTransportCause())
                    .isEqualTo(builtFor);
        } finally {
            RunningSluice.await(vertx.close());
        }
    }
}
