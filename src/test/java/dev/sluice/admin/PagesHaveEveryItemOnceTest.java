package dev.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.RecordedUsage;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every paged list has each item on exactly one page, for every page size. */
class PagesHaveEveryItemOnceTest {

    private static final int ITEMS = 5;

    private RunningSluice sluice;

    @Test
    void pagesOfAnySizeHaveEveryItemOnce(@TempDir Path folder) {
        try (RunningSluice running =
                RunningSluice.start(RunningSluice.EPHEMERAL + """
                    providers: { sluice: { type: simulator, models: [echo] } }
                    store: { url: "sqlite:%s" }
                    """.formatted(folder.resolve("sluice.db")))) {
            sluice = running;
            List<String> keys =
                    Stream.of("a", "b", "c", "d", "e").map(id -> "key_" + id).toList();
            ChatClient admin = new ChatClient(sluice.adminUrl());
            for (String id : keys) {
                String budget = ",\"budget\":{\"usd\":5}";
                JsonObject made = new JsonObject(
                        admin.post("/admin/v1/keys", "{\"id\":\"" + id + "\",\"team\":\"" + id + "\"" + budget + "}")
                                .body());
                String token = made.getString("token");
                assertThat(token).as(made::encode).isNotNull();
                assertThat(admin.send("PUT", "/admin/v1/teams/" + id, "{}").statusCode())
                        .isEqualTo(200);
                await().until(() -> sluice.chat()
                                .chat(ChatClient.request("sluice/echo", "hi"), "authorization", "Bearer " + token)
                                .statusCode()
                        == 200);
            }
            await().until(RecordedUsage.of(sluice)::written);

            for (int limit = 1; limit <= ITEMS + 1; limit++) {
                assertThat(all("keys", "keys", "id", limit)).isEqualTo(keys);
                assertThat(all("teams", "teams", "name", limit)).isEqualTo(keys);
                assertThat(all("budgets", "budgets", "name", limit)).isEqualTo(keys);
                assertThat(all("usage?group_by=key&", "usage", "key", limit)).containsExactlyInAnyOrderElementsOf(keys);
                assertThat(all("usage/rows", "rows", "key", limit)).isEqualTo(keys.reversed());
                assertThat(all("audit", "entries", "target", limit)).hasSize(2 * ITEMS);
            }
        }
    }

    /** The member of each item of all pages, in order. */
    private List<String> all(String path, String name, String member, int limit) {
        List<String> all = new ArrayList<>();
        String next = null;
        do {
            String query = (path.endsWith("&") ? "" : "?") + "limit=" + limit + (next == null ? "" : "&cursor=" + next);
            JsonObject page = new JsonObject(new ChatClient(sluice.adminUrl())
                    .get("/admin/v1/" + path + query)
                    .body());
            assertThat(page.getJsonArray(name)).as(page::encode).hasSizeBetween(1, limit);
            page.getJsonArray(name).forEach(item -> all.add(((JsonObject) item).getString(member)));
            next = page.getString("next");
        } while (next != null);
        return all;
    }
}
