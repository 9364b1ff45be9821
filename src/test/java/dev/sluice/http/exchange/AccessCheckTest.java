package dev.sluice.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Limits;
import dev.sluice.model.Principal;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Surface;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tests of {@link AccessCheck}: the surfaces and models that a key may use. */
class AccessCheckTest {

    private final FakeListener listener = new FakeListener();

    @AfterEach
    void close() {
        listener.close();
    }

    @Test
    void anUnknownModelIsNotFound() {
        RequestContext context = context(List.of(), List.of());
        context.model = "nothing";

        GatewayError error = refusal(() -> AccessCheck.requireModel(context, null));

        assertThat(error.status()).isEqualTo(404);
        assertThat(error.param()).isEqualTo("model");
        assertThat(error.message()).contains("nothing");
    }

    @Test
    void aModelOutsideTheKeyIsRefusedAndItsRouteIsStillLogged() {
        RequestContext context = context(List.of("two"), List.of());
        context.model = "one";

        GatewayError error = refusal(() -> AccessCheck.requireModel(context, listener.plan("one")));

        assertThat(error.status()).isEqualTo(403);
        assertThat(error.code()).isEqualTo("model_not_allowed");
        assertThat(context.route).isEqualTo("one");
    }

    @Test
    void aModelOfTheKeyPasses() {
        RequestContext context = context(List.of("one"), List.of());
        context.model = "one";

        assertThatCode(() -> AccessCheck.requireModel(context, listener.plan("one")))
                .doesNotThrowAnyException();
        assertThat(context.route).isEqualTo("one");
    }

    @ParameterizedTest
    @CsvSource({"COUNT_TOKENS,MESSAGES", "INPUT_TOKENS,RESPONSES", "VIDEO,VIDEOS", "VIDEO_CONTENT,VIDEOS"})
    void aSurfaceIsGrantedWithTheOneItBelongsTo(Surface surface, Surface granting) {
        RequestContext context = context(List.of(), List.of(granting.label()));
        context.surface = surface;

        assertThatCode(() -> AccessCheck.requireSurface(context)).doesNotThrowAnyException();
    }

    @Test
    void aSurfaceOutsideTheKeyIsRefused() {
        RequestContext context = context(List.of(), List.of(Surface.MESSAGES.label()));

        GatewayError error = refusal(() -> AccessCheck.requireSurface(context));

        assertThat(error.status()).isEqualTo(403);
        assertThat(error.code()).isEqualTo("endpoint_not_allowed");
    }

    @Test
    void aLedgerWithRoomPasses() {
        assertThatCode(() -> AccessCheck.requireLedgerRoom(attempt -> {})).doesNotThrowAnyException();
    }

    private static RequestContext context(List<String> models, List<String> surfaces) {
        return FakeListener.requestContext(new Principal(
                "k1",
                null,
                null,
                models,
                surfaces,
                Principal.USUAL_PRIORITY,
                Principal.OPEN.role(),
                Limits.NONE,
                null));
    }

    private static GatewayError refusal(Runnable check) {
        return catchThrowableOfType(GatewayException.class, check::run).error();
    }
}
