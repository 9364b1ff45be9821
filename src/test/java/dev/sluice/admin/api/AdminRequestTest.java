package dev.sluice.admin.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admin.AdminApi;
import dev.sluice.admin.GatewayWithoutKeys;
import dev.sluice.admin.KeyFields;
import dev.sluice.auth.keys.Caller;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Invalid members and query parameters are refused by name, and nothing is changed. */
class AdminRequestTest {

    private final AdminApi api = AdminApi.ofStore(GatewayWithoutKeys.SOURCES);

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                {"nmae":"x"}                               | unknown_field | nmae            | some of id, name
                {"limits":{"rpmm":1}}                      | unknown_field | limits.rpmm     | some of rpm
                {"budget":{"period":"day"}}                   | invalid_value | budget.usd      | is missing
                {"budget":{"usd":"5"}}                     | invalid_value | budget.usd      | a number of 0 or more
                {"budget":{"usd":-1}}                      | invalid_value | budget.usd      | a number of 0 or more
                {"budget":{"usd":1e30}}                    | invalid_value | budget.usd      | a number of 0 or more
                {"budget":{"usd":1,"period":"year"}}          | invalid_value | budget.period    | one of day, week
                {"budget":{"usd":1,"warn_at":2}}           | invalid_value | budget.warn_at  | 0 to 1
                {"limits":{"rpm":1.5}}                     | invalid_value | limits.rpm      | a whole number
                {"limits":{"rpm":-1}}                      | invalid_value | limits.rpm      | a whole number
                {"limits":{"concurrency":99999999999}}     | invalid_value | limits.concurrency | a whole number
                {"limits":[]}                              | invalid_value | limits          | an object
                {"models":"gpt"}                           | invalid_value | models          | a list of strings
                {"models":[1]}                             | invalid_value | models          | a list of strings
                {"models":["a b"]}                         | invalid_value | models          | up to 100 model names
                {"endpoints":["telepathy"]}                | invalid_value | endpoints       | some of
                {"role":"root"}                            | invalid_value | role            | one of none, viewer
                {"expires_at":"tomorrow"}                  | invalid_value | expires_at      | 2026-12-31T23:59:59Z
                {"expires_at":"1999-01-01T00:00:00Z"}      | invalid_value | expires_at      | not in the future
                {"metadata":{"a":1}}                       | invalid_value | metadata        | an object of strings
                {"tier":"gold"}                            | invalid_value | tier            | one of tiers in the config file
                {"team":"a b"}                             | invalid_value | team            | is invalid (expected: 1 to 128
                {"id":"Not An Id"}                         | invalid_value | id              | 1 to 64
                {"id":"a","id":"b"}                        | invalid_value | body            | repeated member
                ["a"]                                      | invalid_value | body            | is not a JSON object
                {"id":                                     | invalid_value | body            | is not a JSON object
        """)
    void wrongMembersOfAKeyAreNamed(String body, String code, String field, String expectation) {
        JsonObject error = error(send(HttpMethod.POST, "/admin/v1/keys", Map.of(), body));

        assertThat(error.getString("code")).isEqualTo(code);
        assertThat(error.getString("param")).isEqualTo(field);
        assertThat(error.getString("message")).contains(expectation);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        limit    | 0                   | limit
        limit    | 1001                | limit
        limit    | many                | limit
        from     | yesterday           | from
        to       | 2026-13-01          | to
        from     | -999999999-01-01T00:00:00Z | from
        group_by | key,mood            | group_by
        cursor   | -1                  | cursor
        cursor   | 99999999999         | cursor
        format   | xml                 | format
        colour   | red                 | query
        """)
    void wrongQueryParametersAreNamed(String name, String value, String param) {
        JsonObject error = error(send(HttpMethod.GET, "/admin/v1/usage", Map.of(name, value), null));

        assertThat(error.getString("param")).isEqualTo(param);
    }

    /** A null member equals an absent one, for every type. */
    @Test
    void nullIsTheSameAsAbsent() {
        JsonObject nothing = new JsonObject();
        KeyFields.CREATE.fields().forEach(field -> nothing.putNull(field.name()));
        JsonObject inner =
                new JsonObject().put("budget", new JsonObject().put("usd", 1)).put("limits", new JsonObject());
        LimitsJson.LIMITS
                .fields()
                .forEach(field -> inner.getJsonObject("limits").putNull(field.name()));
        LimitsJson.BUDGET.fields().stream()
                .filter(field -> !field.required())
                .forEach(field -> inner.getJsonObject("budget").putNull(field.name()));

        for (JsonObject body : List.of(nothing, inner)) {
            assertThat(error(send(HttpMethod.POST, "/admin/v1/keys", Map.of(), body.encode()))
                            .getString("code"))
                    .isEqualTo("no_store");
        }
    }

    @Test
    void validBodiesReachTheStore() {
        AdminResponse key =
                send(HttpMethod.POST, "/admin/v1/keys", Map.of(), "{\"name\":null,\"budget\":{\"usd\":0.1}}");
        AdminResponse usage =
                send(HttpMethod.GET, "/admin/v1/usage", Map.of("from", "2026-01-01", "group_by", "key,day"), null);
        AdminResponse rows = send(HttpMethod.GET, "/admin/v1/usage/rows", Map.of("cursor", "not ours"), null);

        assertThat(error(key).getString("code")).isEqualTo("no_store");
        assertThat(error(usage).getString("code")).isEqualTo("no_store");
        assertThat(rows.status()).isIn(400, 503);
    }

    private AdminResponse send(HttpMethod method, String path, Map<String, String> query, String body) {
        return RunningSluice.await(
                api.call(method, path, query, body == null ? null : Buffer.buffer(body), Caller.LOCAL, "test"));
    }

    private static JsonObject error(AdminResponse response) {
        assertThat(response.status()).as(response.body()).isIn(400, 503);
        return new JsonObject(response.body()).getJsonObject("error");
    }
}
