package dev.sluice.admin.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A page has a cursor exactly if another page follows. */
class PageTest {

    @Test
    void aFurtherItemGivesACursor() {
        Page<String> page = Page.of(List.of("a", "b", "c"), 2, item -> "after-" + item);

        assertThat(page.items()).containsExactly("a", "b");
        assertThat(page.next()).isEqualTo("after-b");
    }

    @Test
    void theLastPageHasNoCursor() {
        assertThat(Page.of(List.of("a", "b"), 2, item -> item).next()).isNull();
        assertThat(Page.empty().items()).isEmpty();
        assertThat(Page.empty().next()).isNull();
    }

    @Test
    void responsesBeginWithTheItemsOfTheFile() {
        JsonObject body = new JsonObject(new Page<>(List.of("b"), "b")
                .response("names", new JsonArray().add("a"), item -> new JsonObject().put("name", item))
                .body());

        assertThat(body.encode()).isEqualTo("{\"names\":[\"a\",{\"name\":\"b\"}],\"next\":\"b\"}");
    }
}
