package dev.sluice.http.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.http.models.ModelListing.RenderedModel;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayException;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Anthropic's cursor pages: forward, backward, with has_more at the right moments. */
class ModelPageTest {

    private static final List<RenderedModel> ALL = IntStream.rangeClosed(1, 5)
            .mapToObj(i -> new RenderedModel(
                    "m" + i, ByteSlice.of("{}"), ByteSlice.of("{\"id\":\"m" + i + "\"}"), ByteSlice.of("{}")))
            .toList();

    @ParameterizedTest
    @CsvSource({
        "limit=2, m1 m2, true",
        "limit=2&after_id=m2, m3 m4, true",
        "limit=2&after_id=m3, m4 m5, false",
        "limit=2&after_id=m5, '', false",
        "limit=2&before_id=m4, m2 m3, true",
        "limit=3&before_id=m4, m1 m2 m3, false",
        "limit=2&before_id=m1, '', false",
        "'', m1 m2 m3 m4 m5, false"
    })
    void pagesAreCutAtTheCursor(String query, String ids, boolean more) {
        ModelPage page = ModelPage.of(ALL, query(query));

        assertThat(String.join(
                        " ", page.models().stream().map(RenderedModel::id).toList()))
                .isEqualTo(ids);
        assertThat(page.more()).isEqualTo(more);
    }

    @ParameterizedTest
    @CsvSource({
        "limit=0, limit",
        "limit=1001, limit",
        "limit=ten, limit",
        "limit=99999, limit",
        "after_id=m9, after_id",
        "before_id=m9, before_id",
        "after_id=m1&before_id=m3, before_id"
    })
    void wrongParametersAreNamed(String query, String parameter) {
        GatewayException refusal = catchThrowableOfType(GatewayException.class, () -> ModelPage.of(ALL, query(query)));

        assertThat(refusal.error().param()).isEqualTo(parameter);
        assertThat(refusal.error().message()).startsWith(parameter + " is invalid (expected: ");
    }

    @Test
    void bodiesNameTheFirstAndTheLast() {
        assertThat(ModelPage.of(ALL, query("limit=2")).body().toText())
                .isEqualTo("{\"data\":[{\"id\":\"m1\"},{\"id\":\"m2\"}],\"has_more\":true,"
                        + "\"first_id\":\"m1\",\"last_id\":\"m2\"}");
        assertThat(ModelPage.of(List.of(), query("")).body().toText())
                .isEqualTo("{\"data\":[],\"has_more\":false,\"first_id\":null,\"last_id\":null}");
    }

    private static MultiMap query(String text) {
        MultiMap query = MultiMap.caseInsensitiveMultiMap();
        for (String pair : text.split("&")) {
            if (!pair.isEmpty()) {
                query.add(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
            }
        }
        return query;
    }
}
