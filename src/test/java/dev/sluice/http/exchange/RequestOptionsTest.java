package dev.sluice.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.bus.CallPolicy;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Limits;
import dev.sluice.model.Principal;
import dev.sluice.model.Strictness;
import io.vertx.core.MultiMap;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers of the client and settings of the route, as options of one request. */
class RequestOptionsTest {

    private final FakeListener listener = new FakeListener();
    private final MultiMap headers = MultiMap.caseInsensitiveMultiMap();

    @AfterEach
    void close() {
        listener.close();
    }

    @Test
    void withoutHeadersTheProvidersLimitHoldsAndThePolicyIsShared() {
        RequestOptions options = options(false);

        assertThat(options.totalMillis())
                .isEqualTo(
                        listener.config.providers().get("a").timeouts().total().toMillis());
        assertThat(options.policy(false)).isSameAs(CallPolicy.PLAIN);
        assertThat(options.strictness()).isEqualTo(Strictness.OFF);
        assertThat(options.sdkRetry()).isFalse();
        assertThat(options.explain()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"30s,30000", "1500ms,1500", "2m,120000", "1.5,1500", "' 7s ',7000"})
    void aTimeoutIsReadWithItsUnit(String header, long millis) {
        headers.set("x-sluice-timeout", header);

        assertThat(options(true).totalMillis()).isEqualTo(millis);
    }

    @Test
    void aTimeoutNeverExtendsTheConfiguredOne() {
        headers.set("x-sluice-timeout", "99999m");

        assertThat(options(true).totalMillis())
                .isEqualTo(
                        listener.config.providers().get("a").timeouts().total().toMillis());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1s", "soon", "1w", ""})
    void anUnreadableTimeoutIsRefused(String header) {
        headers.set("x-sluice-timeout", header);

        GatewayException refusal = catchThrowableOfType(GatewayException.class, () -> options(false));

        assertThat(refusal.error().status()).isEqualTo(400);
        assertThat(refusal.error().code()).isEqualTo("invalid_timeout");
        assertThat(refusal.error().param()).isEqualTo("x-sluice-timeout");
    }

    @Test
    void theTimeoutOfAnSdkHoldsForWholeResponsesOnly() {
        headers.set("x-stainless-timeout", "3");

        assertThat(options(false).totalMillis()).isEqualTo(3_000);
        assertThat(options(true).totalMillis()).isGreaterThan(3_000);
    }

    @Test
    void anUnreadableTimeoutOfAnSdkIsIgnored() {
        headers.set("x-stainless-timeout", "3s");

        assertThat(options(false).totalMillis()).isGreaterThan(3_000);
    }

    @Test
    void theRetryOfAnSdkIsRecognized() {
        headers.set("x-stainless-retry-count", "0");
        assertThat(options(false).sdkRetry()).isFalse();

        headers.set("x-stainless-retry-count", "1");
        assertThat(options(false).sdkRetry()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"true,true", "TRUE,true", "1,true", "false,false", "0,false"})
    void flagsAreReadAsBooleans(String header, boolean set) {
        headers.set("x-sluice-strict", header);
        headers.set("x-sluice-explain", header);

        assertThat(options(false).strictness()).isEqualTo(set ? Strictness.ALL : Strictness.OFF);
        assertThat(options(false).explain()).isEqualTo(set);
    }

    @ParameterizedTest
    @CsvSource({"off,OFF", "meaning,MEANING", "Meaning,MEANING", "all,ALL"})
    void strictnessIsReadByName(String header, Strictness strictness) {
        headers.set("x-sluice-strict", header);

        assertThat(options(false).strictness()).isEqualTo(strictness);
    }

    @Test
    void strictnessIsThatOfTheRouteUnlessTheHeaderNamesOne() {
        assertThat(strictnessOfRoute("strict")).isEqualTo(Strictness.MEANING);
        assertThat(strictnessOfRoute("one")).isEqualTo(Strictness.OFF);

        headers.set("x-sluice-strict", "off");
        assertThat(strictnessOfRoute("strict")).isEqualTo(Strictness.OFF);
    }

    @ParameterizedTest
    @CsvSource({"x-sluice-strict,yes", "x-sluice-strict,''", "x-sluice-explain,on"})
    void anUnreadableFlagIsRefused(String header, String value) {
        headers.set(header, value);

        GatewayException refusal = catchThrowableOfType(GatewayException.class, () -> options(false));

        assertThat(refusal.error().status()).isEqualTo(400);
        assertThat(refusal.error().code()).isEqualTo("invalid_header");
        assertThat(refusal.error().param()).isEqualTo(header);
    }

    @Test
    void aLastResortChangesThatAttemptsPolicyOnly() {
        RequestOptions options = options(false);

        assertThat(options.policy(true).lastResort()).isTrue();
        assertThat(options.policy(false).lastResort()).isFalse();
    }

    @Test
    void theCallersPriorityIsPassedOn() {
        Principal caller =
                new Principal("k1", null, null, List.of(), List.of(), 9, Principal.OPEN.role(), Limits.NONE, null);

        assertThat(options(false, caller).policy(false).priority()).isEqualTo(9);
    }

    private Strictness strictnessOfRoute(String route) {
        return RequestOptions.of(
                        headers::get, FakeListener.chat(false), listener.plan(route), listener.config, Principal.OPEN)
                .strictness();
    }

    private RequestOptions options(boolean stream) {
        return options(stream, Principal.OPEN);
    }

    private RequestOptions options(boolean stream, Principal caller) {
        return RequestOptions.of(
                headers::get, FakeListener.chat(stream), listener.plan("one"), listener.config, caller);
    }
}
