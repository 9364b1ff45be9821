package dev.sluice.admin.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.admin.KeyFields;
import dev.sluice.model.GatewayException;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

class JsonFieldsTest {

    @Test
    void membersAreReadUnderTheirFormerNames() {
        JsonFields fields = JsonFields.read(
                KeyFields.CREATE, Buffer.buffer("{\"surfaces\":[\"chat\"],\"budget\":{\"usd\":1,\"per\":\"day\"}}"));

        assertThat(fields.texts("endpoints")).containsExactly("chat");
        assertThat(fields.object("budget").orElseThrow().text("period")).isEqualTo("day");
        assertThat(fields.auditText()).doesNotContain("surfaces", "\"per\"");
    }

    @Test
    void aMemberUnderBothNamesIsRefused() {
        GatewayException refused = catchThrowableOfType(
                GatewayException.class,
                () -> JsonFields.read(KeyFields.CREATE, Buffer.buffer("{\"surfaces\":[],\"endpoints\":[]}")));

        assertThat(refused.error().message())
                .isEqualTo(
                        "surfaces: is the former name of endpoints, which is present, too (expected: only endpoints)");
    }

    @Test
    void aMistakeInAFormerMemberIsNamedByTheCurrentName() {
        GatewayException refused = catchThrowableOfType(
                GatewayException.class,
                () -> JsonFields.read(KeyFields.CREATE, Buffer.buffer("{\"budget\":{\"usd\":1,\"per\":\"year\"}}")));

        assertThat(refused.error().param()).isEqualTo("budget.period");
    }

    @Test
    void pageCursorsAreReadUnderTheirFormerNames() {
        QueryParameter cursor = QueryParameter.CURSOR.formerly("after");

        assertThat(cursor.is("cursor")).isTrue();
        assertThat(cursor.is("after")).isTrue();
        assertThat(cursor.is("before")).isFalse();
    }
}
