#include "api/message.h"

/* clang-format off */
static const char *const texts[RC_COUNT][2] = {
    [RC_OK] = {"처리되었습니다.", "Done."},
    [RC_INVALID_JSON] = {"요청 본문이 올바른 JSON 객체가 아닙니다.", "The request body is not a JSON object."},
    [RC_INVALID_REQUEST] = {"요청을 이해할 수 없습니다.", "The request cannot be understood."},
    [RC_INVALID_CODE] = {"인증번호가 일치하지 않습니다.", "That code is not right."},
    [RC_UNAUTHORIZED] = {"API 키가 필요합니다.", "An API key is needed."},
    [RC_FORBIDDEN] = {"이 작업을 할 권한이 없습니다.", "This key may not do that."},
    [RC_SESSION_NOT_FOUND] = {"인증 세션을 찾을 수 없습니다.", "There is no such session."},
    [RC_VERIFICATION_NOT_FOUND] = {"해당 인증 내역을 찾을 수 없습니다.", "There is no such verification."},
    [RC_NOT_FOUND] = {"요청한 주소를 찾을 수 없습니다.", "There is nothing at this address."},
    [RC_METHOD_NOT_ALLOWED] = {"이 주소에서는 사용할 수 없는 메서드입니다.", "This address does not take that method."},
    [RC_NO_PENDING_VERIFICATION] = {"진행 중인 인증이 없습니다. 인증번호를 먼저 요청해 주세요.", "No code is waiting for this address. Ask for a code first."},
    [RC_ALREADY_VERIFIED] = {"이미 인증이 완료된 단계입니다.", "This step is verified already."},
    [RC_STEP_OUT_OF_ORDER] = {"이전 단계를 먼저 완료해 주세요.", "Finish the steps before this one first."},
    [RC_INCOMPLETE_VERIFICATION] = {"아직 완료되지 않은 인증 단계가 있습니다.", "Some steps are not verified yet."},
    [RC_SESSION_COMPLETED] = {"이미 완료된 세션입니다.", "This session is complete and changes no more."},
    [RC_SESSION_FAILED] = {"인증에 실패한 세션입니다. 처음부터 다시 시작해 주세요.", "This session has failed. Start again with a new one."},
    [RC_CONSENT_REQUIRED] = {"개인정보 수집과 이용에 먼저 동의해 주세요.", "Your consent to the collection of personal data is needed first."},
    [RC_SESSION_EXPIRED] = {"세션이 만료되었습니다. 처음부터 다시 시작해 주세요.", "This session has expired. Start again with a new one."},
    [RC_CODE_EXPIRED] = {"인증번호가 만료되었습니다. 다시 요청해 주세요.", "That code has expired. Ask for a new one."},
    [RC_CHALLENGE_NOT_FOUND] = {"얼굴 확인 동작을 다시 요청해 주세요.", "That challenge is unknown or was used. Ask for a new one."},
    [RC_CHALLENGE_EXPIRED] = {"얼굴 확인 시간이 지났습니다. 처음부터 다시 촬영해 주세요.", "The time of that challenge is over. Ask for a new one."},
    [RC_CHALLENGE_REQUIRED] = {"사진 한 장으로는 확인할 수 없습니다. 안내에 따라 얼굴을 움직이며 촬영해 주세요.", "A picture alone is not accepted here. Ask for a challenge and send its frames."},
    [RC_FILE_TOO_LARGE] = {"파일이 너무 큽니다. 더 작은 이미지를 올려 주세요.", "The file is too large. Send a smaller picture."},
    [RC_BODY_TOO_LARGE] = {"요청 본문이 너무 큽니다.", "The request body is too large."},
    [RC_UNSUPPORTED_MEDIA_TYPE] = {"지원하지 않는 Content-Type입니다.", "This Content-Type is not accepted here."},
    [RC_UNSUPPORTED_IMAGE_FORMAT] = {"JPEG 또는 PNG 이미지만 올릴 수 있습니다.", "Only JPEG and PNG pictures are accepted."},
    [RC_VALIDATION_FAILED] = {"입력값을 확인해 주세요.", "Some fields are not right."},
    [RC_INVALID_PHONE_NUMBER] = {"올바른 휴대폰 번호를 입력해 주세요.", "That is not a Korean mobile number."},
    [RC_INVALID_EMAIL] = {"올바른 이메일 주소를 입력해 주세요.", "That is not an e-mail address."},
    [RC_INVALID_ID_CARD_TYPE] = {"지원하지 않는 신분증 종류입니다.", "That kind of document is not accepted."},
    [RC_MISSING_FILE] = {"이미지 파일이 없습니다.", "The picture is missing."},
    [RC_RATE_LIMIT_EXCEEDED] = {"요청이 너무 많습니다. 잠시 후 다시 시도해 주세요.", "Too many requests. Try again later."},
    [RC_SMS_COOLDOWN_ACTIVE] = {"잠시 후 인증 문자를 다시 요청해 주세요.", "A code was sent a moment ago. Wait before asking for another."},
    [RC_EMAIL_COOLDOWN_ACTIVE] = {"잠시 후 인증 메일을 다시 요청해 주세요.", "A mail was sent a moment ago. Wait before asking for another."},
    [RC_MAX_ATTEMPTS_EXCEEDED] = {"시도 횟수를 모두 사용했습니다. 인증번호는 새로 요청하고, 사진은 새 세션으로 처음부터 다시 시작해 주세요.", "No attempts are left. Ask for a new code; for pictures, start again with a new session."},
    [RC_INTERNAL] = {"서버에서 문제가 발생했습니다.", "Something went wrong on the server."},
    [RC_DELIVERY_FAILED] = {"인증번호를 보내지 못했습니다. 주소를 확인하고 다시 시도해 주세요.", "The code could not be delivered. Check the address and try again."},
    [RC_DELIVERY_LATER] = {"인증번호를 보내지 못했습니다. 잠시 후 다시 시도해 주세요.", "The code could not be delivered now. Try again later."},
    [RC_UNAVAILABLE] = {"지금은 처리할 수 없습니다. 잠시 후 다시 시도해 주세요.", "The service cannot answer right now. Try again in a moment."},
    [RC_TIMED_OUT] = {"처리 시간이 초과되었습니다. 다시 시도해 주세요.", "It took too long. Try again."},
    [RC_CONFIG] = {"서버에서 문제가 발생했습니다.", "Something went wrong on the server."},
    [RC_INVALID_IMAGE] = {"이미지를 열 수 없습니다. 파일이 손상되었거나 일부가 빠졌을 수 있으니 다시 올리거나 다시 촬영해 주세요.", "The picture cannot be opened: the file may be incomplete or damaged. Send it again, or take another."},
    [RC_IMAGE_TOO_SMALL] = {"이미지가 너무 작습니다. 더 가까이에서 촬영해 주세요.", "The picture is too small. Come closer."},
    [RC_IMAGE_TOO_BLURRY] = {"이미지가 흐립니다. 초점을 맞추어 다시 촬영해 주세요.", "The picture is blurred. Hold still and take it again."},
    [RC_POOR_LIGHTING] = {"너무 어둡거나 밝습니다. 밝은 곳에서 다시 촬영해 주세요.", "The light is poor. Take it again in even light."},
    [RC_GLARE] = {"빛 반사가 있습니다. 각도를 바꾸어 다시 촬영해 주세요.", "There is glare on the document. Tilt it and take it again."},
    [RC_COVERED] = {"신분증의 일부가 가려졌습니다. 손가락이 글자를 가리지 않게 다시 촬영해 주세요.", "Part of the document is covered. Keep fingers off the print and take it again."},
    [RC_TOO_FAR_AWAY] = {"신분증이 너무 멀리 있습니다. 화면에 꽉 차게 더 가까이에서 촬영해 주세요.", "The document is too far away. Move closer, until it fills the picture."},
    [RC_NO_DOCUMENT] = {"신분증을 찾을 수 없습니다. 신분증 전체가 보이게 촬영해 주세요.", "No document was found. Show the whole document."},
    [RC_SEVERAL_DOCUMENTS] = {"신분증이 여러 개 보입니다. 한 개만 촬영해 주세요.", "Several documents are seen. Show one alone."},
    [RC_WRONG_BACK] = {"뒷면 사진이 이 신분증의 뒷면이 아닙니다. 뒷면을 다시 촬영해 주세요.", "The second picture is not the back of this document. Take its back."},
    [RC_TYPE_MISMATCH] = {"선택한 종류와 다른 신분증입니다. 종류를 다시 선택하거나 선택한 신분증을 촬영해 주세요.", "This is another kind of document than the one chosen. Choose its kind, or photograph the one that was chosen."},
    [RC_LOW_CONFIDENCE] = {"신분증을 확실하게 읽지 못했습니다. 다시 촬영해 주세요.", "The document could not be read with certainty. Take it again."},
    [RC_FIELD_UNREADABLE] = {"읽지 못한 항목이 있습니다. 다시 촬영해 주세요.", "A field could not be read. Take the picture again."},
    [RC_CHECK_DIGIT_FAILED] = {"검증 숫자가 맞지 않습니다. 다시 촬영해 주세요.", "A check digit does not fit. Take the picture again."},
    [RC_AUTHENTICITY_DOUBTFUL] = {"신분증 원본인지 확인하지 못했습니다. 화면이나 사본이 아닌 실물을 촬영해 주세요.", "It is not clear that this is the document itself. Photograph the original, not a screen or a copy."},
    [RC_DOCUMENT_EXPIRED] = {"유효 기간이 지난 신분증입니다. 유효한 다른 신분증을 촬영해 주세요.", "The document has expired. Photograph one that is valid."},
    [RC_NAME_MISMATCH] = {"이름이 서비스에 등록된 이름과 일치하지 않습니다. 본인의 신분증인지 확인하고, 맞다면 서비스에 등록된 이름을 확인해 주세요.", "The name is not the expected one. Check that this is your own document; if it is, have the service correct the name it holds."},
    [RC_BIRTH_DATE_MISMATCH] = {"생년월일이 서비스에 등록된 생년월일과 일치하지 않습니다. 본인의 신분증인지 확인하고, 맞다면 서비스에 등록된 생년월일을 확인해 주세요.", "The date of birth is not the expected one. Check that this is your own document; if it is, have the service correct the date it holds."},
    [RC_NO_PORTRAIT] = {"신분증에서 얼굴 사진을 찾을 수 없습니다. 사진이 있는 면을 가리지 말고 다시 촬영해 주세요.", "No portrait was found on the document. Photograph the side that has it, with nothing over it."},
    [RC_PORTRAIT_TOO_SMALL] = {"신분증의 얼굴 사진이 너무 작게 찍혔습니다. 신분증을 더 가까이에서 다시 촬영해 주세요.", "The portrait on the document is too small in its picture. Photograph the document again, from closer."},
    [RC_PORTRAIT_TOO_BLURRY] = {"신분증의 얼굴 사진이 흐리게 찍혔습니다. 초점을 맞추어 신분증을 다시 촬영해 주세요.", "The portrait on the document is blurred. Photograph the document again, in focus and held still."},
    [RC_PORTRAIT_POOR_LIGHTING] = {"신분증의 얼굴 사진이 너무 어둡거나 밝게 찍혔습니다. 고른 빛에서 신분증을 다시 촬영해 주세요.", "The portrait on the document is too dark or too bright. Photograph the document again, in even light."},
    [RC_PORTRAIT_COVERED] = {"신분증의 얼굴 사진이 가려졌거나 빛이 반사되었습니다. 신분증을 가리지 말고 각도를 바꾸어 다시 촬영해 주세요.", "Something covers the portrait on the document, or glares on it. Photograph the document again, with nothing over it and at another angle."},
    [RC_NO_FACE] = {"얼굴을 찾을 수 없습니다. 카메라를 똑바로 보고 더 가까이에서 다시 촬영해 주세요.", "No face was found. Look straight into the camera, close enough to fill the picture, and take it again."},
    [RC_SEVERAL_FACES] = {"여러 얼굴이 보입니다. 혼자 촬영해 주세요.", "Several faces are in the picture. Take it alone."},
    [RC_FACE_MISMATCH] = {"신분증의 사진과 얼굴이 일치하지 않습니다. 본인의 신분증인지 확인하고, 안경이나 마스크를 벗고 밝은 곳에서 다시 촬영해 주세요.", "The face is not the one on the document. Check that it is your own; take off glasses or a mask, and take the picture again in even light."},
    [RC_TURNED_AWAY] = {"얼굴이 다른 곳을 향하고 있습니다. 정면을 보고 촬영해 주세요.", "The face is turned away. Look straight into the camera."},
    [RC_NOT_LIVE] = {"실제 얼굴인지 확인할 수 없습니다. 직접 촬영해 주세요.", "The picture does not look like a live face. Take it of yourself."},
    [RC_CHALLENGE_FAILED] = {"안내한 동작이 순서대로 보이지 않았습니다. 안내에 따라 다시 해 주세요.", "The actions were not seen in their order. Follow the guidance and try again."},
    [RC_FLAT_FACE] = {"평평한 사진이나 화면으로 보입니다. 실제 얼굴을 촬영해 주세요.", "The frames look like those of a flat picture. Take them of your own face."},
    [RC_FACE_CHANGED] = {"촬영하는 동안 얼굴이 바뀌었습니다. 처음부터 끝까지 혼자 촬영해 주세요.", "It is not the same face throughout. Stay in the picture, alone, until the end."},
    [RC_FRAMES_REPEATED] = {"이미 사용된 사진입니다. 지금 다시 촬영해 주세요.", "Frames were seen before. Take new ones, now."},
    [RC_MODEL_MISSING] = {"서버에 필요한 인식 모델이 설치되어 있지 않습니다. 서비스 운영자에게 알려 주세요.", "A model that reads documents or faces is missing on the server. Tell those who run it: `bonin doctor` names the file."},
};

static const char *const fields[DOC_FIELD_COUNT][2] = {
    [DOC_NAME] = {"이름", "the name"},
    [DOC_BIRTH_DATE] = {"생년월일", "the date of birth"},
    [DOC_ID_NUMBER] = {"주민등록번호", "the identity number"},
    [DOC_ADDRESS] = {"주소", "the address"},
    [DOC_ISSUE_DATE] = {"발급일", "the date of issue"},
    [DOC_LICENSE_NUMBER] = {"면허번호", "the licence number"},
    [DOC_LICENSE_CLASS] = {"면허 종류", "the licence class"},
    [DOC_PASSPORT_NUMBER] = {"여권번호", "the document number"},
    [DOC_NATIONALITY] = {"국적", "the nationality"},
    [DOC_SEX] = {"성별", "the sex"},
    [DOC_EXPIRY_DATE] = {"만료일", "the date of expiry"},
    [DOC_ISSUER] = {"발급기관", "the issuing authority"},
    [DOC_MRZ] = {"기계판독영역(<<< 줄)", "the machine-readable lines (<<<)"},
    [DOC_SURNAME] = {"성", "the surname"},
    [DOC_GIVEN_NAMES] = {"이름", "the given names"},
};

/* Of a face's picture, where the words above are for a document's. Others are told as they are. */
static const char *const of_face[RC_COUNT][2] = {
    [RC_NO_PORTRAIT] = {"신분증의 얼굴 사진을 알아볼 수 없어 비교하지 못했습니다. 사진이 있는 면을 가리지 말고 신분증을 다시 보낸 다음 얼굴을 촬영해 주세요.", "The portrait on the document cannot be made out, so there is nothing to compare with. Send the document again, with nothing over its portrait, and then the face."},
    [RC_STEP_OUT_OF_ORDER] = {"비교하던 신분증을 그사이 사용할 수 없게 되었습니다. 신분증 단계를 먼저 마친 다음 얼굴을 다시 촬영해 주세요.", "The document that this was compared with was withdrawn meanwhile. Finish its step first, and then send the face again."},
    [RC_IMAGE_TOO_SMALL] = {"얼굴이 너무 작게 보입니다. 더 가까이에서 촬영해 주세요.", "The face is too small in the picture. Come closer."},
    [RC_IMAGE_TOO_BLURRY] = {"얼굴이 흐리게 보입니다. 움직이지 말고 다시 촬영해 주세요.", "The face is blurred. Hold still and take the picture again."},
    [RC_POOR_LIGHTING] = {"얼굴이 너무 어둡거나 밝습니다. 앞에서 고르게 비치는 빛에서 다시 촬영해 주세요.", "The face is too dark or too bright. Take the picture again with even light from the front."},
    [RC_GLARE] = {"얼굴에 빛이 반사됩니다. 조명을 피해 다시 촬영해 주세요.", "Light is reflected on the face. Turn from the lamp and take the picture again."},
    [RC_COVERED] = {"얼굴의 일부가 가려졌습니다. 마스크나 선글라스를 벗고 다시 촬영해 주세요.", "Part of the face is covered. Take off a mask or dark glasses and take the picture again."},
    [RC_TOO_FAR_AWAY] = {"얼굴이 너무 멀리 있습니다. 얼굴이 화면에 차도록 더 가까이에서 촬영해 주세요.", "The face is too far away. Come closer, until it fills the picture."},
};

/* With the field in place of %s. Others are told as they are, without one. */
static const char *const of_field[RC_COUNT][2] = {
    [RC_GLARE] = {"%s 부분에 빛이 반사되었습니다. 각도를 바꾸어 다시 촬영해 주세요.", "There is glare over %s. Tilt the document and take it again."},
    [RC_COVERED] = {"%s 부분이 가려졌습니다. 손가락이 글자를 가리지 않게 다시 촬영해 주세요.", "Something covers %s. Keep fingers off the print and take it again."},
    [RC_TOO_FAR_AWAY] = {"너무 멀어서 %s 부분을 읽을 수 없습니다. 더 가까이에서 촬영해 주세요.", "It is too far away to read %s. Move closer and take it again."},
    [RC_IMAGE_TOO_SMALL] = {"이미지가 너무 작아 %s 부분을 읽을 수 없습니다. 더 가까이에서 촬영해 주세요.", "The picture is too small to read %s. Come closer."},
    [RC_IMAGE_TOO_BLURRY] = {"%s 부분이 흐립니다. 초점을 맞추어 다시 촬영해 주세요.", "The print is blurred at %s. Hold still and take it again."},
    [RC_POOR_LIGHTING] = {"너무 어둡거나 밝아서 %s 부분을 읽을 수 없습니다. 밝은 곳에서 다시 촬영해 주세요.", "The light is too poor to read %s. Take it again in even light."},
    [RC_FIELD_UNREADABLE] = {"%s 부분을 읽지 못했습니다. 다시 촬영해 주세요.", "This could not be read: %s. Take the picture again."},
    [RC_LOW_CONFIDENCE] = {"%s 부분을 확실하게 읽지 못했습니다. 다시 촬영해 주세요.", "This could not be read with certainty: %s. Take the picture again."},
};
static const char *const of_side[DOC_SIDE_COUNT][2] = {
    [DOC_FRONT] = {"앞면 사진", "The front's picture"},
    [DOC_BACK] = {"뒷면 사진", "The back's picture"},
};

/* With the side in place of %s. */
static const char *const of_fault[DOC_FAULT_COUNT][2] = {
    [DOC_FAULT_NONE] = {"%s: 열 수 없습니다. 다시 촬영해 주세요.", "%s cannot be opened. Take it again."},
    [DOC_FAULT_DAMAGED] = {"%s: 파일이 손상되었거나 일부가 빠져 열 수 없습니다. 다시 올리거나 다시 촬영해 주세요.", "%s is incomplete or damaged. Send it again, or take another."},
    [DOC_FAULT_FORMAT] = {"%s: 지원하지 않는 형식의 이미지입니다. 일반 JPEG 또는 PNG 이미지를 올려 주세요.", "%s is no JPEG or PNG of a usual kind. Send one that is."},
    [DOC_FAULT_TOO_LARGE] = {"%s: 가로와 세로의 픽셀이 너무 많습니다. 더 작은 이미지를 올려 주세요.", "%s has too many pixels. Send a smaller one."},
    [DOC_FAULT_TOO_SMALL] = {"%s: 이미지가 너무 작습니다. 더 가까이에서 촬영해 주세요.", "%s is too small. Come closer."},
    [DOC_FAULT_NARROW] = {"%s: 좁고 긴 이미지에는 신분증 전체가 보이지 않습니다. 신분증 전체를 다시 촬영해 주세요.", "%s is a narrow strip. Take the whole document."},
    [DOC_FAULT_BACK] = {"%s: 신분증의 뒷면이 보입니다. 사진과 이름이 있는 앞면을 촬영해 주세요.", "%s shows the back of a document. Take the side with the portrait and the name."},
    [DOC_FAULT_LATE] = {"%s: 제시간에 읽지 못했습니다. 다시 시도해 주세요.", "%s could not be read in time. Try again."},
};
/* clang-format on */

/* `text` with `word` in place of its %s. */
static struct str put_in(struct op *op, const char *text, const char *word)
{
        const char *at = strstr(text, "%s");
        return arena_printf(&op->arena, "%.*s%s%s", (int)(at - text), text, word, at + 2);
}

struct str message_of_side(struct op *op, enum doc_side side, enum doc_fault fault, enum lang lang)
{
        return put_in(op, of_fault[fault][lang], of_side[side][lang]);
}

struct str message_of_field(struct op *op, enum rc rc, enum doc_field field, enum lang lang)
{
        if (rc >= RC_COUNT || of_field[rc][lang] == NULL || field >= DOC_FIELD_COUNT)
                return str_from(message_text(rc, lang));
        return put_in(op, of_field[rc][lang], fields[field][lang]);
}

const char *message_of_face(enum rc rc, enum lang lang)
{
        const char *text = rc < RC_COUNT ? of_face[rc][lang] : NULL;
        return text ? text : message_text(rc, lang);
}

const char *message_text(enum rc rc, enum lang lang)
{
        const char *text = rc < RC_COUNT ? texts[rc][lang] : NULL;
        return text ? text : texts[RC_INTERNAL][lang];
}
