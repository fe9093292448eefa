package wxopen

import "time"

// AppealRecordEvent tells how an appeal of a mini program against a punishment stands.
type AppealRecordEvent struct {
	EventInfo
	RecordID int64
	// Appid is the mini program.
	Appid      string
	AppealTime time.Time
	// AppealCount is how often it has appealed. WeChat does not explain the numbers of
	// AppealFrom and AppealStatus for this event.
	AppealCount       int64
	AppealFrom        int64
	AppealStatus      int64
	PunishDescription string
	AuditReason       string
	Materials         []AppealMaterial
}

// AppealMaterial is what an appeal is about, and what it says to it.
type AppealMaterial struct {
	// Content and ContentURL are what was punished.
	Content    string
	ContentURL string
	// Reason is the appeal's, ProofMediaIDs are its proofs.
	Reason        string
	ProofMediaIDs []string
}

// BetaAppEvent tells how a trial mini program becomes a regular one
// ([EventBetaVerifyApply], [EventBetaVerify], [EventBetaAuthorizationApply]).
type BetaAppEvent struct {
	EventInfo
	// Appid and MPAppid are the appid and the mp_appid of the push, Status and Msg say how
	// it went.
	Appid         string
	MPAppid       string
	Status        int64
	Msg           string
	OperationTime time.Time
	// Ticket is there in some.
	Ticket string
}

func appealRecordEvent(info EventInfo) *AppealRecordEvent {
	f := info.Fields
	e := &AppealRecordEvent{
		EventInfo:         info,
		RecordID:          f.Int("appeal_record_id"),
		Appid:             f.Text("appid"),
		AppealTime:        f.Time("appeal_time"),
		AppealCount:       f.Int("appeal_count"),
		AppealFrom:        f.Int("appeal_from"),
		AppealStatus:      f.Int("appeal_status"),
		PunishDescription: f.Text("punish_description"),
		AuditReason:       f.Text("audit_reason"),
	}
	for _, material := range f.All("material") {
		m := AppealMaterial{
			Content:    material.Fields.Text("illegal_material", "content"),
			ContentURL: material.Fields.Text("illegal_material", "content_url"),
			Reason:     material.Fields.Text("appeal_material", "reason"),
		}
		for _, appeal := range material.Fields.All("appeal_material") {
			for _, proof := range appeal.Fields.All("proof_material_id") {
				m.ProofMediaIDs = append(m.ProofMediaIDs, proof.Text)
			}
		}
		e.Materials = append(e.Materials, m)
	}
	return e
}

func betaAppEvent(info EventInfo) *BetaAppEvent {
	const inside = "ApplyAuthorizationInfoNoitfy" // the spelling is theirs
	f := info.Fields
	return &BetaAppEvent{
		EventInfo:     info,
		Appid:         f.Text(inside, "appid"),
		MPAppid:       f.Text(inside, "mp_appid"),
		Status:        f.Int(inside, "status"),
		Msg:           f.Text(inside, "msg"),
		OperationTime: f.Time(inside, "operation_time"),
		Ticket:        f.Text(inside, "ticket"),
	}
}
