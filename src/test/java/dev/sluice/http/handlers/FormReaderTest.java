package dev.sluice.http.handlers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.http.body.Spool;
import dev.sluice.http.edge.EdgeFixture;
import dev.sluice.model.Surface;
import io.vertx.core.http.HttpServerRequest;
import java.lang.reflect.Proxy;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which requests are read as forms, and the limits of their uploads; how they are read is in the tests of Spool. */
class FormReaderTest {

    @ParameterizedTest
    @CsvSource({
        "TRANSCRIPTIONS, application/json, true",
        "TRANSCRIPTIONS, , true",
        "IMAGE_EDITS, multipart/form-data; boundary=b, true",
        "IMAGE_EDITS, application/json, false",
        "IMAGE_EDITS, text/multipart/form-data, false",
        "VIDEOS, , false"
    })
    void aFormIsReadWhereTheEndpointOrTheTypeAsksForIt(Surface surface, String type, boolean form) {
        assertThat(new FormReader(null, null, surface).reads(request(type))).isEqualTo(form);
    }

    @Test
    void uploadsHaveTheLimitsOfTheServer() {
        Spool.Limits limits = FormReader.uploadLimits(EdgeFixture.config(7_000, 1, 400, 1, null));

        assertThat(limits).isEqualTo(new Spool.Limits(7_000, Duration.ofMillis(400), Duration.ofMinutes(1)));
    }

    private static HttpServerRequest request(String type) {
        return (HttpServerRequest) Proxy.newProxyInstance(
                FormReaderTest.class.getClassLoader(),
                new Class<?>[] {HttpServerRequest.class},
                (proxy, method, args) -> method.getName().equals("getHeader") ? type : null);
    }
}
