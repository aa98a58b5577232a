/*
 * The link in a mail: a page with a button. Opening it changes nothing, since mail scanners open links; only
 * the button's POST confirms.
 */
#include "api/api.h"
#include "check/otp.h"

static const char csp[] =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/* clang-format off */
static const struct page_text {
        enum rc rc; /* what the story said */
        const char *title[2], *text[2];
} texts[] = {
    {RC_OK, {"이메일 인증이 완료되었습니다", "Your e-mail address is confirmed"},
            {"이 창을 닫고 인증을 시작한 화면으로 돌아가세요.", "Close this window and go back to where you began."}},
    {RC_CODE_EXPIRED, {"만료된 링크입니다", "This link is too old"},
            {"인증을 시작한 화면에서 메일을 다시 요청해 주세요.", "Ask for a new mail where you began."}},
    {RC_NOT_FOUND, {"올바르지 않은 링크입니다", "There is no such link"},
            {"메일의 링크 전체를 복사했는지 확인해 주세요.", "Check that you copied the whole link of the mail."}},
    {RC_SESSION_EXPIRED, {"세션이 만료되었습니다", "The session has expired"},
            {"처음부터 다시 시작해 주세요.", "Please start again."}},
    {RC_RATE_LIMIT_EXCEEDED, {"요청이 너무 많습니다", "Too many requests"},
            {"잠시 후 다시 시도해 주세요.", "Try again later."}},
    {RC_COUNT, {"확인할 수 없습니다", "This cannot be confirmed"},
            {"인증을 시작한 화면을 확인해 주세요.", "Look at the screen where you began."}},
};
/* clang-format on */

static void open_page(struct call *call, const char *title)
{
        bool ko = call->op->client.lang == LANG_KO;
        buf_addf(&call->reply->body,
                 "<!doctype html><html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                 "content=\"width=device-width, initial-scale=1\"><meta name=\"robots\" content=\"noindex\">"
                 "<link rel=\"stylesheet\" "
                 "href=\"/assets/page.css\"><title>%s</title></head><body><main><h1>%s</h1>",
                 ko ? "ko" : "en", title, title);
}

static void close_page(struct call *call, int status)
{
        buf_add(&call->reply->body, STR("</main></body></html>\n"));
        call->reply->content_type = "text/html; charset=utf-8";
        call->reply->csp = csp;
        call->reply->status = status;
}

static void say(struct call *call, enum rc rc)
{
        enum lang lang = call->op->client.lang;
        const struct page_text *text = texts;
        while (text->rc != rc && text->rc != RC_COUNT)
                text++;
        open_page(call, text->title[lang]);
        buf_addf(&call->reply->body, "<p>%s</p>", text->text[lang]);
        close_page(call, rc_status(rc));
        op_forgive(call->op); /* it is answered */
}

enum rc api_email_page(struct call *call)
{
        bool ko = call->op->client.lang == LANG_KO;
        struct str token = http_request_query(call->request, "token");
        enum rc rc = otp_check_link(call->op, call->svc, token);
        if (rc != RC_OK) {
                say(call, rc);
                return RC_OK;
        }
        open_page(call, ko ? "이메일 주소 확인" : "Confirm your e-mail address");
        buf_addf(
            &call->reply->body,
            "<p>%s</p><form method=\"post\" action=\"/api/verification/email/confirm\">"
            "<input type=\"hidden\" name=\"token\" value=\"%.*s\"><button type=\"submit\">%s</button></form>",
            ko ? "본인이 요청한 것이 맞다면 아래 버튼을 눌러 주세요."
               : "If it was you who asked for this mail, press the button.",
            STR_FMT(token), ko ? "확인" : "Confirm");
        close_page(call, 200);
        return RC_OK;
}

enum rc api_email_confirm(struct call *call)
{
        struct http_pairs form;
        if (http_request_form(call->request, &form) != RC_OK)
                return call->op->rc;
        say(call, otp_confirm_link(call->op, call->svc, http_pairs_get(&form, "token")));
        return RC_OK;
}
